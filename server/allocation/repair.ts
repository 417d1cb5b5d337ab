// Puts right what a crash between a service's write and its allocations left behind: addresses and ports that no service has are given
// back after a while, those that a service has and nobody holds are taken.
// Upstream: pkg/registry/core/service/{ipallocator,portallocator}/controller.
import { at, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import type { NodePorts } from './node-ports.ts'
import type { ServiceAddresses } from './service-addresses.ts'

export interface RepairParts {
  services: ResourceStore
  addresses: ResourceStore
  serviceAddresses: ServiceAddresses
  nodePorts: NodePorts
}

const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by'
const ALLOCATOR = 'ipallocator.k8s.io'

/** Services in the cache with what they hold. */
const holders = ({ services }: RepairParts): KubeObject[] =>
  services.cache.range(services.prefix('')).map((entry) => services.decode(entry))

const addressesOf = (service: KubeObject): string[] =>
  (listAt(service, 'spec', 'clusterIPs') as string[]).filter((address) => address !== '' && address !== 'None')

const portsOf = (service: KubeObject): number[] =>
  [...listAt(service, 'spec', 'ports').map((port) => at(port, 'nodePort')), at(service, 'spec', 'healthCheckNodePort')].filter(
    (port): port is number => typeof port === 'number' && port > 0,
  )

/** Makes one pass a call; what is nobody's goes when two passes in a row found it so, for a write may be under way. */
export class AllocationRepair {
  readonly #parts: RepairParts
  #suspects = new Set<string>()

  constructor(parts: RepairParts) {
    this.#parts = parts
  }

  async pass(): Promise<void> {
    const services = holders(this.#parts)
    const suspects = new Set<string>()
    const leaked = (name: string): boolean => {
      suspects.add(name)
      return this.#suspects.has(name)
    }
    await this.#addresses(services, leaked)
    await this.#ports(services, leaked)
    this.#suspects = suspects
  }

  async #addresses(services: readonly KubeObject[], leaked: (name: string) => boolean): Promise<void> {
    const { addresses, serviceAddresses } = this.#parts
    const held = new Set(services.flatMap(addressesOf))
    for (const service of services)
      for (const address of addressesOf(service)) if (!addresses.get('', address)) await serviceAddresses.restore(address, service)
    for (const entry of addresses.cache.range(addresses.prefix(''))) {
      const object = addresses.decode(entry)
      const name = textAt(object, 'metadata', 'name')
      if (object.metadata.labels?.[MANAGED_BY] === ALLOCATOR && !held.has(name) && leaked(name)) await serviceAddresses.release(name)
    }
  }

  async #ports(services: readonly KubeObject[], leaked: (name: string) => boolean): Promise<void> {
    const { nodePorts } = this.#parts
    const held = new Set(services.flatMap(portsOf))
    await nodePorts.hold(held)
    for (const port of await nodePorts.taken()) if (!held.has(port) && leaked(String(port))) await nodePorts.release(port)
  }
}
