// Addresses and ports of services: taken before a write, kept when it came to pass, given back otherwise and when the service goes.
// Upstream: pkg/registry/core/service/storage/{storage,alloc}.go.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { cloneTree, type Frozen, type KubeObject, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { internalError, invalid, StatusError } from '../../../apimachinery/status-error.ts'
import { AllocationError } from '../../registry/allocation-error.ts'
import type { Reservation, WriteContext } from '../../registry/resource-definition.ts'
import type { KindServices } from '../kind-services.ts'
import { initFamilies, keepsFamilies, NONE, needsAddress, sameList, specOf, texts } from './service-families.ts'
import { healthCheckPortOf, needsHealthCheckPort, needsNodePorts, nodePortsOf, PortOperation, takePorts } from './service-ports.ts'

type Pools = Pick<KindServices, 'serviceAddresses' | 'nodePorts' | 'remove'>
/** Addresses by family. */
type Addresses = Map<string, string>

/** Keeps the one address and the list of addresses in step, whichever of them a client knows. */
const alignAddresses = (service: KubeObject, old: Frozen<KubeObject> | undefined): void => {
  const spec = specOf(service)
  const [one, all] = [textAt(service, 'spec', 'clusterIP'), texts(service, 'clusterIPs')]
  if (!old) {
    if (one !== '' && all.length === 0) spec['clusterIPs'] = [one]
    return
  }
  const [oneBefore, allBefore] = [textAt(old, 'spec', 'clusterIP'), texts(old, 'clusterIPs')]
  if (one === oneBefore) {
    if (all.length === 0 && allBefore.length > 0) spec['clusterIPs'] = [...allBefore]
  } else if (sameList(service, old, 'clusterIPs')) {
    if (one === '' && oneBefore !== '') delete spec['clusterIPs']
    else spec['clusterIPs'] = [one]
  }
}

/** What the server gave earlier and the client left out. */
const keepAllocated = (service: KubeObject, old: Frozen<KubeObject>): void => {
  const spec = specOf(service)
  if (needsAddress(old) && needsAddress(service)) {
    if (textAt(service, 'spec', 'clusterIP') === '' && textAt(old, 'spec', 'clusterIP') !== '')
      spec['clusterIP'] = textAt(old, 'spec', 'clusterIP')
    if (texts(service, 'clusterIPs').length === 0 && texts(old, 'clusterIPs').length > 0) spec['clusterIPs'] = [...texts(old, 'clusterIPs')]
  }
  if (needsNodePorts(old) && needsNodePorts(service)) {
    const now = new Set(nodePortsOf(service))
    const kept = new Set(nodePortsOf(old).filter((port) => now.has(port)))
    const ports = (member: Frozen<KubeObject>): ValueMap[] => (specOf(member)['ports'] ?? []) as ValueMap[]
    const byName = new Map(ports(old).map((port) => [textAt(port, 'name'), (port['nodePort'] ?? 0) as number]))
    for (const port of ports(service)) {
      const before = byName.get(textAt(port, 'name')) ?? 0
      if (!port['nodePort'] && before > 0 && !kept.has(before)) port['nodePort'] = before
    }
  }
  if (needsHealthCheckPort(old) && needsHealthCheckPort(service) && healthCheckPortOf(service) === 0 && healthCheckPortOf(old) > 0)
    spec['healthCheckNodePort'] = healthCheckPortOf(old)
}

const isHeadless = (service: Frozen<KubeObject>): boolean => texts(service, 'clusterIPs')[0] === NONE

/** What is asked for, '' for any: one address for each family. */
const wantedAddresses = (service: KubeObject): string[] => {
  const given = texts(service, 'clusterIPs')
  return texts(service, 'ipFamilies').map((_, index) => given[index] ?? '')
}

const take = async (service: KubeObject, wanted: Addresses, pools: Pools, dryRun: boolean, taken: Addresses): Promise<void> => {
  for (const [family, address] of wanted) {
    try {
      taken.set(family, await pools.serviceAddresses.allocate(family as 'IPv4', address, service, dryRun))
    } catch (error) {
      // The address itself may be refused as an object, for the service's name.
      const isRefusal = error instanceof StatusError && error.reason === 'Invalid'
      if (!(error instanceof AllocationError) && !isRefusal) throw error
      const name = service.metadata.name ?? ''
      if (error instanceof AllocationError && error.full)
        throw internalError(`failed to allocate a serviceIP for Service ${JSON.stringify(name)}: ${error.message}`)
      const why = address === '' ? `failed to allocate IP: ${error.message}` : `failed to allocate IP ${address}: ${error.message}`
      throw invalid({ group: '', kind: 'Service' }, name, [invalidValue('spec.clusterIPs', wantedAddresses(service), why)])
    }
  }
}

/** Addresses a write needs and does not have; the others of `families` it names already. */
const missing = (service: KubeObject, families: readonly string[], from: number): Addresses =>
  new Map(families.slice(from).map((family, index) => [family, texts(service, 'clusterIPs')[from + index] ?? '']))

const assign = (service: KubeObject, taken: Addresses): void => {
  const spec = specOf(service)
  const given = texts(service, 'clusterIPs')
  spec['clusterIPs'] = texts(service, 'ipFamilies').map((family, index) => taken.get(family) ?? given[index] ?? '')
  const [first] = spec['clusterIPs'] as string[]
  if (first) spec['clusterIP'] = first
}

const addressesOf = (service: Frozen<KubeObject>): string[] =>
  needsAddress(service) && !isHeadless(service) ? texts(service, 'clusterIPs').filter((address) => address !== '') : []

/** Takes a write's addresses into `taken`; returns those to give back once it came to pass. */
const takeAddresses = async (
  service: KubeObject,
  old: Frozen<KubeObject> | undefined,
  pools: Pools,
  dryRun: boolean,
  taken: Addresses,
): Promise<string[]> => {
  const families = texts(service, 'ipFamilies')
  if (!old || (!needsAddress(old) && needsAddress(service))) {
    if (!needsAddress(service) || isHeadless(service)) return []
    await take(service, missing(service, families, 0), pools, dryRun, taken)
    assign(service, taken)
    return []
  }
  if (keepsFamilies(service, old) || isHeadless(old)) return []
  if (!needsAddress(service)) return addressesOf(old)
  const before = texts(old, 'ipFamilies')
  if (before.length === 1 && families.length === 2) {
    await take(service, missing(service, families, 1), pools, dryRun, taken)
    assign(service, taken)
  }
  return before.length === 2 && families.length === 1 ? texts(old, 'clusterIPs').slice(1) : []
}

/** Takes all a write needs. Throws StatusError. */
export const reserveForService =
  (pools: Pools) =>
  async (service: KubeObject, old: Frozen<KubeObject> | undefined, context: WriteContext): Promise<Reservation> => {
    if (old) {
      // What it shares with the old one is changed below.
      service['spec'] = cloneTree<Value>(specOf(service))
      keepAllocated(service, old)
    }
    alignAddresses(service, old)
    const operation = new PortOperation(pools.nodePorts, context.dryRun)
    const taken: Addresses = new Map()
    const giveBack = async (addresses: Iterable<string>): Promise<void> => {
      if (!context.dryRun) for (const address of addresses) await pools.serviceAddresses.release(address)
    }
    const rollback = async (): Promise<void> => {
      await operation.rollback()
      await giveBack(taken.values())
    }
    try {
      initFamilies(service, old, pools.serviceAddresses.families())
      const freed = await takeAddresses(service, old, pools, context.dryRun, taken)
      await takePorts(service, old, operation)
      return {
        commit: async () => {
          await operation.commit()
          await giveBack(freed)
        },
        rollback,
      }
    } catch (error) {
      await rollback()
      throw error
    }
  }

/** Gives back what a deleted service had; its endpoints go with it. */
export const releaseService =
  (pools: Pools) =>
  async (service: Frozen<KubeObject>): Promise<void> => {
    for (const address of addressesOf(service)) await pools.serviceAddresses.release(address)
    for (const port of nodePortsOf(service)) await pools.nodePorts.release(port)
    if (needsHealthCheckPort(service)) await pools.nodePorts.release(healthCheckPortOf(service))
    const { namespace = '', name = '' } = service.metadata
    await pools.remove('', 'endpoints', namespace, name)
  }
