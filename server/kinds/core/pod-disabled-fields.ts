// Fields of pods behind feature gates that this minor leaves off: new objects lose them, old ones that have them keep them.
// Upstream: pkg/api/pod/util.go dropDisabledFields, with the defaults of pkg/features.
import { type Frozen, listAt, type ValueMap } from '../../../apimachinery/kube-object.ts'

type Spec = ValueMap
type Old = Frozen<ValueMap> | undefined

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const

const projections = (spec: Old): ValueMap[] =>
  listAt(spec, 'volumes').flatMap((volume) => listAt(volume, 'projected', 'sources') as ValueMap[])

/** ClusterTrustBundleProjection, PodCertificateRequest. */
const dropProjections = (spec: Spec, old: Old): void => {
  const sources = projections(spec)
  for (const member of ['clusterTrustBundle', 'podCertificate']) {
    const inUse = (source: ValueMap): boolean => source[member] !== undefined
    if (!sources.some(inUse) || projections(old).some(inUse)) continue
    for (const source of sources) delete source[member]
  }
}

const lifecycles = (spec: Old): ValueMap[] =>
  LISTS.flatMap((list) => listAt(spec, list) as ValueMap[]).filter((container) => container['lifecycle'] !== undefined)

/** ContainerStopSignals. */
const dropStopSignals = (spec: Spec, old: Old): void => {
  const inUse = (container: ValueMap): boolean => (container['lifecycle'] as ValueMap)['stopSignal'] !== undefined
  const users = lifecycles(spec).filter(inUse)
  if (users.length === 0 || lifecycles(old).some(inUse)) return
  for (const container of users) {
    const { stopSignal: _, ...lifecycle } = container['lifecycle'] as ValueMap
    if (Object.keys(lifecycle).length === 0) delete container['lifecycle']
    else container['lifecycle'] = lifecycle
  }
}

/** Changes a pod's or a template's spec; `old` as it was before an update. */
export const dropDisabledPodFields = (spec: Spec | undefined, old?: Old): void => {
  if (!spec) return
  if (spec['volumes'] !== undefined) dropProjections(spec, old)
  dropStopSignals(spec, old)
  // GenericWorkload.
  if (old?.['schedulingGroup'] === undefined) delete spec['schedulingGroup']
}
