// Where pods may go, as clusters may restrict it: LimitPodHardAntiAffinityTopology, ExtendedResourceToleration, PodNodeSelector,
// PodTolerationRestriction. Off by default. Upstream: plugin/pkg/admission/antiaffinity, extendedresourcetoleration, podnodeselector,
// podtolerationrestriction.
import { compareQuantities } from '../../apimachinery/quantity.ts'
import { forbidden, notFound, type StatusError, unreasoned } from '../../apimachinery/status-error.ts'
import { isExtended } from '../../quota/scopes.ts'
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { type AdmittedPodSpec, podOf, setInSpec, type Toleration } from './admitted-pod.ts'
import { mergedTolerations, withinAllowed } from './tolerations.ts'

const PODS = { operations: ['CREATE', 'UPDATE'], resources: ['pods'], subresources: [''] } as const
const HOSTNAME = 'kubernetes.io/hostname'

/** These name the pod by its own name alone. */
const refusedPod = (attributes: AdmissionAttributes, why: string): StatusError =>
  forbidden({ group: '', resource: 'pods' }, podOf(attributes).metadata.name ?? '', why)

export const limitPodHardAntiAffinityTopology = (): AdmissionPlugin => ({
  name: 'LimitPodHardAntiAffinityTopology',
  ...PODS,
  validate: (attributes) => {
    const terms = podOf(attributes).spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    const wrong = terms.find(({ topologyKey }) => topologyKey !== HOSTNAME)
    if (wrong === undefined) return
    const why = `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${wrong.topologyKey ?? ''} but only key ${HOSTNAME} is allowed`
    throw refusedPod(attributes, why)
  },
})

export const extendedResourceToleration = (): AdmissionPlugin => ({
  name: 'ExtendedResourceToleration',
  ...PODS,
  admit: (attributes) => {
    const { spec } = podOf(attributes)
    const asked = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
      Object.keys(resources?.requests ?? {}),
    )
    const resources = [...new Set(asked.filter(isExtended))].sort()
    let tolerations = spec.tolerations ?? []
    for (const key of resources) {
      const own: Toleration = { key, operator: 'Exists', effect: 'NoSchedule' }
      const same = tolerations.findIndex(
        (other) => other.key === key && other.operator === 'Exists' && other.effect === 'NoSchedule' && !other.value,
      )
      tolerations = same < 0 ? [...tolerations, own] : tolerations.map((other, index) => (index === same ? own : other))
    }
    if (resources.length > 0) setInSpec(attributes, { tolerations })
  },
})

interface Placement {
  /** Undefined where a namespace says nothing. */
  readonly nodeSelector: string | undefined
  readonly defaults: string | undefined
  readonly allowed: string | undefined
}

const placementOf = ({ prepared }: AdmissionParts): ((namespace: string) => Placement) => {
  const namespaces = prepared(
    '',
    'namespaces',
    ({ metadata: { annotations } }): Placement => ({
      nodeSelector: annotations?.['scheduler.alpha.kubernetes.io/node-selector'],
      defaults: annotations?.['scheduler.alpha.kubernetes.io/defaultTolerations'],
      allowed: annotations?.['scheduler.alpha.kubernetes.io/tolerationsWhitelist'],
    }),
  )
  return (namespace) => {
    const found = namespaces.get('', namespace)
    if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace)
    return found
  }
}

/** `a=b,c=d` as labels. Throws in upstream's words. */
const labelsOf = (selector: string): Record<string, string> => {
  const labels: Record<string, string> = {}
  for (const part of selector === '' ? [] : selector.split(',')) {
    const [key = '', value, more] = part.split('=')
    if (value === undefined || more !== undefined) throw unreasoned(`invalid selector: ${JSON.stringify(part)}`)
    labels[key.trim()] = value.trim()
  }
  return labels
}

export const podNodeSelector = (parts: AdmissionParts): AdmissionPlugin => {
  const of = placementOf(parts)
  const check = (attributes: AdmissionAttributes): Record<string, string> => {
    const wanted = labelsOf(of(attributes.namespace).nodeSelector ?? '')
    const own = podOf(attributes).spec.nodeSelector ?? {}
    if (Object.entries(wanted).some(([key, value]) => own[key] !== undefined && own[key] !== value))
      throw refusedPod(attributes, 'pod node label selector conflicts with its namespace node label selector')
    return { ...wanted, ...own }
  }
  return {
    name: 'PodNodeSelector',
    ...PODS,
    operations: ['CREATE'],
    admit: (attributes) => {
      const selector = check(attributes)
      if (Object.keys(selector).length > 0) podOf(attributes).spec.nodeSelector = selector
    },
    validate: (attributes) => void check(attributes),
  }
}

const tolerationsOf = (text: string | undefined): Toleration[] | undefined => {
  if (text === undefined) return undefined
  try {
    return text === '' ? [] : (JSON.parse(text) as Toleration[])
  } catch (error) {
    throw unreasoned((error as Error).message)
  }
}

const asksSomething = ({ containers = [], initContainers = [], resources }: AdmittedPodSpec): boolean =>
  [...containers, ...initContainers, { resources }].some(({ resources: own }) =>
    [own?.requests, own?.limits].some((amounts) => ['cpu', 'memory'].some((name) => compareQuantities(amounts?.[name] ?? '0', '0') > 0)),
  )

export const podTolerationRestriction = (parts: AdmissionParts): AdmissionPlugin => {
  const of = placementOf(parts)
  const check = (attributes: AdmissionAttributes): void => {
    const { tolerations = [] } = podOf(attributes).spec
    if (tolerations.length === 0 || withinAllowed(tolerations, tolerationsOf(of(attributes.namespace).allowed) ?? [])) return
    throw unreasoned('pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist')
  }
  return {
    name: 'PodTolerationRestriction',
    ...PODS,
    admit: (attributes) => {
      const { spec } = podOf(attributes)
      const defaults = attributes.operation === 'CREATE' ? (tolerationsOf(of(attributes.namespace).defaults) ?? []) : []
      const pressure: Toleration = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }
      const extra = asksSomething(spec) ? [...defaults, pressure] : defaults
      if (extra.length > 0) setInSpec(attributes, { tolerations: mergedTolerations(spec.tolerations ?? [], extra) })
      check(attributes)
    },
    validate: check,
  }
}
