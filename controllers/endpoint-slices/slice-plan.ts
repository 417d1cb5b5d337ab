// Which slices a service should have, made from those it has with as few writes as can be: endpoints stay in their slice, changed slices
// are filled first, then one that has room for all that is left, then new ones. Upstream: k8s.io/endpointslice/reconciler.go.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, type KubeObject, listAt, textAt, type Value } from '../../apimachinery/kube-object.ts'
import {
  type AddressType,
  type Endpoint,
  type EndpointPort,
  endpointKey,
  endpointOf,
  isEndpoint,
  isUnchanged,
  portsKey,
  portsOf,
} from './endpoints-of-pods.ts'
import { hintEndpoints } from './traffic-hints.ts'

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const MANAGER = 'endpointslice-controller.k8s.io'
const HEADLESS = 'service.kubernetes.io/headless'
const RESERVED = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS])
const MAX_NAME = 253

export interface SlicePlan {
  create: KubeObject[]
  update: KubeObject[]
  remove: KubeObject[]
  errors: string[]
}

export interface SliceInput {
  readonly service: KubeObject
  readonly pods: readonly KubeObject[]
  readonly existing: readonly KubeObject[]
  readonly type: AddressType
  readonly maxEndpoints: number
  node(name: string): KubeObject | undefined
}

const endpointsIn = (slice: KubeObject): Endpoint[] => listAt(slice, 'endpoints') as unknown as Endpoint[]
const portsIn = (slice: KubeObject): EndpointPort[] => listAt(slice, 'ports') as unknown as EndpointPort[]

export const isOwnedBy = ({ metadata }: KubeObject, service: KubeObject): boolean =>
  (metadata.ownerReferences ?? []).some(
    ({ uid, kind, apiVersion }) => uid === service.metadata.uid && kind === 'Service' && apiVersion === 'v1',
  )

const ownLabels = (labels: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !RESERVED.has(name)))

const isHeadless = (service: KubeObject): boolean => ['', 'None'].includes(textAt(service, 'spec', 'clusterIP'))

const labelsFor = (service: KubeObject): Record<string, string> => ({
  ...ownLabels(service.metadata.labels),
  ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
  [SERVICE_NAME]: service.metadata.name ?? '',
  [MANAGED_BY]: MANAGER,
})

const newSlice = (service: KubeObject, addressType: AddressType, ports: EndpointPort[]): KubeObject => {
  const { name = '', namespace = '', uid = '' } = service.metadata
  const prefix = `${name}-`
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      generateName: prefix.length > MAX_NAME ? name : prefix,
      namespace,
      labels: labelsFor(service),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType,
    endpoints: [],
    ports: ports as unknown as Value,
  }
}

interface Group {
  readonly ports: EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

/** Endpoints by the ports they have. */
const wantedGroups = ({ service, pods, type, node }: SliceInput, errors: string[]): Map<string, Group> => {
  const groups = new Map<string, Group>()
  const { name, namespace } = service.metadata
  for (const pod of pods) {
    if (!isEndpoint(pod)) continue
    const ports = portsOf(pod, service)
    const key = portsKey(ports)
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() }
    groups.set(key, group)
    const nodeName = textAt(pod, 'spec', 'nodeName')
    const found = node(nodeName)
    if (!found && at(service, 'spec', 'publishNotReadyAddresses') !== true) {
      errors.push(`skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`)
      continue
    }
    const endpoint = endpointOf(pod, service, found, type)
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint)
  }
  return groups
}

/** The slices of one set of ports. */
class GroupPlan {
  readonly #input: SliceInput
  readonly #group: Group
  readonly changed: KubeObject[] = []
  readonly unchanged: KubeObject[] = []
  readonly emptied: KubeObject[] = []
  readonly added: KubeObject[] = []

  constructor(input: SliceInput, group: Group, existing: readonly KubeObject[]) {
    this.#input = input
    this.#group = { ...group, endpoints: new Map(group.endpoints) }
    for (const slice of existing) this.#keep(slice)
    this.#fill([...this.changed].sort((a, b) => endpointsIn(b).length - endpointsIn(a).length))
    while (this.#group.endpoints.size > 0) this.#place()
  }

  #keep(slice: KubeObject): void {
    const { endpoints } = this.#group
    let updated = false
    const kept: Endpoint[] = []
    for (const held of endpointsIn(slice)) {
      const key = endpointKey(held)
      const wanted = endpoints.get(key)
      if (!wanted) continue
      if (!isUnchanged(wanted, held)) updated = true
      kept.push(wanted)
      endpoints.delete(key)
    }
    const { service } = this.#input
    const relabelled = !equalValues(ownLabels(slice.metadata.labels), ownLabels(service.metadata.labels))
    const moved = updated || kept.length !== endpointsIn(slice).length
    if (moved && kept.length === 0) this.emptied.push(slice)
    else if (moved || relabelled) {
      const metadata = { ...slice.metadata, labels: labelsFor(service) }
      this.changed.push({ ...slice, metadata, endpoints: (moved ? kept : endpointsIn(slice)) as unknown as Value })
    } else this.unchanged.push(slice)
  }

  /** Puts what is left into slices with room. */
  #fill(slices: readonly KubeObject[]): void {
    const { endpoints } = this.#group
    for (const slice of slices) {
      const held = [...endpointsIn(slice)]
      for (const [key, endpoint] of endpoints) {
        if (held.length >= this.#input.maxEndpoints) break
        held.push(endpoint)
        endpoints.delete(key)
      }
      slice['endpoints'] = held as unknown as Value
    }
  }

  #place(): void {
    const { maxEndpoints, service, type } = this.#input
    const left = this.#group.endpoints.size
    const room = (slice: KubeObject): number => maxEndpoints - left - endpointsIn(slice).length
    const fitting = left < maxEndpoints ? this.unchanged.filter((slice) => room(slice) >= 0 && room(slice) < maxEndpoints) : []
    const fullest = fitting.sort((a, b) => room(a) - room(b))[0]
    const slice = fullest ? { ...fullest } : newSlice(service, type, this.#group.ports)
    if (fullest) {
      this.unchanged.splice(this.unchanged.indexOf(fullest), 1)
      this.changed.push(slice)
    } else this.added.push(slice)
    this.#fill([slice])
  }
}

const isPlaceholder = (slice: KubeObject, placeholder: KubeObject): boolean =>
  endpointsIn(slice).length === 0 && portsIn(slice).length === 0 && equalValues(slice.metadata.labels ?? {}, placeholder.metadata.labels)

/** Slices that are to go become those that are to be made, where they may. */
const reused = (plan: SlicePlan, service: KubeObject): SlicePlan => {
  const { create, update, remove } = plan
  for (const doomed of [...remove]) {
    const wanted = create.at(-1)
    if (!wanted) break
    if (doomed['addressType'] !== wanted['addressType'] || !isOwnedBy(doomed, service)) continue
    create.pop()
    update.push({ ...wanted, metadata: { ...wanted.metadata, name: doomed.metadata.name ?? '' } })
    remove.splice(remove.indexOf(doomed), 1)
  }
  return plan
}

/** The changes for one address type. */
export const planSlices = (input: SliceInput): SlicePlan => {
  const { service, existing, type } = input
  const plan: SlicePlan = { create: [], update: [], remove: [], errors: [] }
  const byPorts = new Map<string, KubeObject[]>()
  for (const slice of existing) {
    if (!isOwnedBy(slice, service)) plan.remove.push(slice)
    else byPorts.set(portsKey(portsIn(slice)), [...(byPorts.get(portsKey(portsIn(slice))) ?? []), slice])
  }
  const unchanged: KubeObject[] = []
  const wanted = wantedGroups(input, plan.errors)
  for (const [key, group] of wanted) {
    const found = new GroupPlan(input, group, byPorts.get(key) ?? [])
    plan.create.push(...found.added)
    plan.update.push(...found.changed)
    plan.remove.push(...found.emptied)
    unchanged.push(...found.unchanged)
  }
  for (const [key, slices] of byPorts) if (!wanted.has(key)) plan.remove.push(...slices)
  if (existing.length === plan.remove.length && plan.create.length === 0) {
    // Watchers are to see that the service has no endpoints, not only that it has no slice.
    const placeholder = newSlice(service, type, [])
    const [only] = plan.remove
    if (plan.remove.length === 1 && only && isPlaceholder(only, placeholder)) plan.remove.pop()
    else plan.create.push(placeholder)
  }
  const changed = [...plan.create, ...plan.update]
  plan.update.push(...hintEndpoints(service, changed, unchanged))
  return reused(plan, service)
}
