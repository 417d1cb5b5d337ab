// Cluster IPs of services: each one given away is an IPAddress object that names its service, so that no two servers give away the same.
// The blocks are those of the ServiceCIDR objects. Upstream: pkg/registry/core/service/ipallocator/{cidrallocator,ipallocator}.go.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { listAt } from '../../apimachinery/kube-object.ts'
import type { Random } from '../../apimachinery/random.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import { AllocationError } from '../registry/allocation-error.ts'
import { removeIfThere } from '../registry/deletion.ts'
import type { WriteContext } from '../registry/resource-definition.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import { createObject, type WriteServices } from '../registry/write-path.ts'
import { AddressRange, canonicalAddress, type Family, familyOf } from './address-range.ts'

export interface AddressParts {
  addresses: ResourceStore
  blocks: ResourceStore
  /** The server's own blocks, before any ServiceCIDR is there. */
  configured: readonly string[]
  write: WriteServices
  context: WriteContext
  random: Random
}

export class ServiceAddresses {
  readonly #parts: AddressParts

  constructor(parts: AddressParts) {
    this.#parts = parts
  }

  /** Families that services can have here, the first by default. */
  families(): readonly Family[] {
    return this.#parts.configured.map((block) => new AddressRange(block).family)
  }

  #ranges(family: Family): AddressRange[] {
    const { blocks, configured } = this.#parts
    const objects = blocks.cache.range(blocks.prefix('')).map((entry) => blocks.decode(entry))
    const standing = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    const texts = standing.flatMap((object) => listAt(object, 'spec', 'cidrs') as string[])
    const all = (texts.length > 0 ? texts : configured).map((block) => new AddressRange(block))
    return all.filter((range) => range.family === family)
  }

  /** Takes an address for a service: the one asked for, or any when that is ''. Throws AllocationError. */
  async allocate(family: Family, wanted: string, service: KubeObject, dryRun: boolean): Promise<string> {
    const ranges = this.#ranges(family)
    if (wanted !== '') {
      const address = canonicalAddress(wanted)
      if (!ranges.some((range) => range.has(address))) throw new AllocationError('the provided network does not match the current range')
      const taken = this.#isTaken(address) || (!dryRun && !(await this.#take(address, family, service)))
      if (taken) throw new AllocationError('provided IP is already allocated')
      return wanted
    }
    for (const range of ranges) {
      // What a dry run would get nobody can know.
      if (dryRun) return range.base
      for (const address of range.candidates(this.#parts.random)) {
        if (!this.#isTaken(address) && (await this.#take(address, family, service))) return address
      }
    }
    throw new AllocationError('range is full', true)
  }

  /** Takes an address that a service has though nobody holds it. */
  async restore(address: string, service: KubeObject): Promise<void> {
    const family = familyOf(address)
    if (family && this.#ranges(family).some((range) => range.has(address))) await this.#take(canonicalAddress(address), family, service)
  }

  /** Gives an address back; one that is free already stays so. */
  async release(address: string): Promise<void> {
    const { addresses, context, write } = this.#parts
    await removeIfThere(addresses, '', canonicalAddress(address), context, write)
  }

  #isTaken(address: string): boolean {
    return this.#parts.addresses.get('', address) !== undefined
  }

  /** False when somebody else has it. */
  async #take(address: string, family: Family, service: KubeObject): Promise<boolean> {
    const { addresses, context, write } = this.#parts
    const { namespace = '', name = '' } = service.metadata
    const object: KubeObject = {
      kind: 'IPAddress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: {
        name: address,
        labels: { 'ipaddress.kubernetes.io/ip-family': family, 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
      },
      spec: { parentRef: { resource: 'services', namespace, name } },
    }
    try {
      await createObject(addresses, object, context, write)
      return true
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'AlreadyExists') return false
      throw error
    }
  }
}
