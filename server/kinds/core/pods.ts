// Pods: grace on deletion, the fields the scheduler and kubelets select by, and kubectl's columns.
// Upstream: pkg/registry/core/pod, pkg/printers/internalversion printPod.
import { at, type Frozen, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { textOr } from '../columns.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { evict } from '../policy/eviction.ts'
import { bumpGeneration, checkMetadata, collected, strategyOf, USER_METADATA } from '../strategies.ts'
import { checkPodResize } from '../validation/pod-resize.ts'
import { checkPodStatusUpdate } from '../validation/pod-status.ts'
import type { PodTemplate } from '../validation/pod-types.ts'
import { nameWarnings, podTemplateWarnings } from '../validation/pod-warnings.ts'
import { checkEphemeralUpdate, checkPodCreate, checkPodUpdate } from '../validation/pods.ts'
import { bind } from './pod-binding.ts'
import { podConnections } from './pod-connections.ts'
import { dropDisabledPodFields } from './pod-disabled-fields.ts'
import { keepObservedGenerations, preparePod } from './pod-preparation.ts'
import { qosClass } from './pod-qos.ts'
import { podEnd, podReady, podRestarts, podStatus } from './pod-summary.ts'

const FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.podIPs',
  'status.nominatedNodeName',
]

const readinessGates = (pod: Frozen<KubeObject>): string => {
  const gates = listAt(pod, 'spec', 'readinessGates')
  if (gates.length === 0) return '<none>'
  const conditions = listAt(pod, 'status', 'conditions')
  const met = gates.filter(
    (gate) =>
      textAt(
        conditions.find((condition) => textAt(condition, 'type') === textAt(gate, 'conditionType')),
        'status',
      ) === 'True',
  )
  return `${met.length}/${gates.length}`
}

const gracePeriodSeconds = (pod: Frozen<KubeObject>, wanted: number | undefined): number => {
  const phase = textAt(pod, 'status', 'phase')
  if (textAt(pod, 'spec', 'nodeName') === '' || phase === 'Failed' || phase === 'Succeeded') return 0
  const period = wanted ?? (at(pod, 'spec', 'terminationGracePeriodSeconds') as number | undefined) ?? 0
  return period < 0 ? 1 : period
}

/** These subresources write none of the metadata. */
const keepUserMetadata = (pod: KubeObject, old: Frozen<KubeObject>): void => {
  for (const member of USER_METADATA) {
    if (old.metadata[member] === undefined) delete pod.metadata[member]
    else Object.assign(pod.metadata, { [member]: old.metadata[member] })
  }
}

/** The old containers with what the new ones of the same names ask for; the new ones where the names differ, for the check to say so. */
const resized = (now: ValueMap[], old: ValueMap[]): ValueMap[] => {
  if (now.some((container, index) => container['name'] !== old[index]?.['name'])) return now
  return now.map((container, index) => {
    const { resources: _, resizePolicy: __, ...rest } = old[index] as ValueMap
    const { resources = {}, resizePolicy } = container
    return { ...rest, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) }
  })
}

/** Lists of other lengths are left as they are, for the check to say so. */
const keepAllButResources = (pod: KubeObject, old: Frozen<KubeObject>): void => {
  const [now, before] = [pod['spec'] as ValueMap, old['spec'] as ValueMap]
  const lists = ['containers', 'initContainers'].map(
    (list) => [list, listAt(now, list), listAt(before, list)] as [string, ValueMap[], ValueMap[]],
  )
  if (lists.some(([, own, other]) => own.length !== other.length)) return
  const { resources: _, ...rest } = before
  const spec: ValueMap = { ...rest, ...(now['resources'] === undefined ? {} : { resources: now['resources'] }) }
  for (const [list, own, other] of lists) if (own.length > 0) spec[list] = resized(own, other)
  Object.assign(pod, { spec, status: old['status'] })
  keepUserMetadata(pod, old)
}

const record: Omit<KindRecord, 'group' | 'kind'> = {
  fieldStrategies: {
    ephemeralcontainers: {
      allowUnconditionalUpdate: true,
      prepareForUpdate: (pod, old) => {
        keepUserMetadata(pod, old)
        const ephemeralContainers = listAt(pod, 'spec', 'ephemeralContainers')
        const { ephemeralContainers: _, ...spec } = old['spec'] as ValueMap
        Object.assign(pod, {
          spec: { ...spec, ...(ephemeralContainers.length > 0 ? { ephemeralContainers } : {}) },
          status: old['status'],
        })
        bumpGeneration(pod, old, ['spec'])
      },
      validateUpdate: (pod, old) => collected((errors) => checkEphemeralUpdate(pod, old, errors)),
    },
    resize: {
      allowUnconditionalUpdate: true,
      prepareForUpdate: (pod, old) => {
        keepAllButResources(pod, old)
        dropDisabledPodFields(pod['spec'] as ValueMap, old['spec'] as ValueMap)
        bumpGeneration(pod, old, ['spec'])
      },
      validateUpdate: (pod, old) =>
        collected((errors) => {
          checkMetadata(pod, errors)
          checkPodResize(pod, old, errors, qosClass)
        }),
    },
  },
  cells: {
    Ready: podReady,
    Status: podStatus,
    Restarts: podRestarts,
    IP: (pod) => textAt(pod, 'status', 'podIPs', 0, 'ip') || '<none>',
    Node: (pod) => textOr(pod, '<none>', 'spec', 'nodeName'),
    'Nominated Node': (pod) => textOr(pod, '<none>', 'status', 'nominatedNodeName'),
    'Readiness Gates': readinessGates,
  },
  rowConditions: podEnd,
  selectableFields: {
    names: FIELDS,
    aliases: { 'spec.host': 'spec.nodeName' },
    withNamespace: true,
    of: (pod) => ({
      'spec.nodeName': textAt(pod, 'spec', 'nodeName'),
      'spec.restartPolicy': textAt(pod, 'spec', 'restartPolicy'),
      'spec.schedulerName': textAt(pod, 'spec', 'schedulerName'),
      'spec.serviceAccountName': textAt(pod, 'spec', 'serviceAccountName'),
      'spec.hostNetwork': String(at(pod, 'spec', 'hostNetwork') === true),
      'status.phase': textAt(pod, 'status', 'phase'),
      'status.podIP': textAt(pod, 'status', 'podIPs', 0, 'ip'),
      // Selectors may name it; it never has a value.
      'status.podIPs': '',
      'status.nominatedNodeName': textAt(pod, 'status', 'nominatedNodeName'),
    }),
  },
  strategy: strategyOf(
    {
      status: () => ({ phase: 'Pending', qosClass: 'BestEffort' }),
      statusKeeps: ['ownerReferences', 'deletionTimestamp'],
      generation: ['spec'],
      returnsDeletedObject: true,
    },
    {
      gracePeriodSeconds,
      setDefaults: (pod) => {
        const spec = pod['spec'] as ValueMap
        // Of pods alone, not of templates: no time at all is the least that can be meant.
        if (Number(spec['terminationGracePeriodSeconds'] ?? 0) < 0) spec['terminationGracePeriodSeconds'] = 1
        matchAddresses(pod)
      },
      prepareForCreate: preparePod,
      prepareForUpdate: (pod, old) => dropDisabledPodFields(pod['spec'] as ValueMap, old['spec'] as ValueMap),
      warnings: (pod, old) =>
        old ? [] : [...nameWarnings(pod.metadata.name, "the Pod's hostname"), ...podTemplateWarnings(pod as PodTemplate, '')],
      validate: (pod) => collected((errors) => checkPodCreate(pod, errors)),
      validateUpdate: (pod, old, _, oldIsChecked) =>
        collected((errors) => {
          checkMetadata(pod, errors)
          checkPodUpdate(pod, old, errors, oldIsChecked)
        }),
    },
  ),
  statusRules: {
    prepareForUpdate: (pod, old) => {
      const status = (pod['status'] ??= {}) as ValueMap
      const before = (old['status'] ?? {}) as ValueMap
      if (!status['qosClass'] && before['qosClass']) status['qosClass'] = before['qosClass']
      keepObservedGenerations(status, before)
    },
    validateUpdate: (pod, old) => collected((errors) => checkPodStatusUpdate(pod, old, errors)),
  },
}

/** The single address is the first of the list; where they differ it counts, for the sake of older kubelets. */
const matchAddresses = (pod: KubeObject): void => {
  const status = pod['status'] as ValueMap | undefined
  if (!status) return
  const first = textAt(status, 'podIPs', 0, 'ip')
  const single = textAt(status, 'podIP')
  if (single !== '' && single !== first) status['podIPs'] = [{ ip: single }]
  else if (first !== '') status['podIP'] = first
}

export const pods = (services: KindServices): KindRecord =>
  defineResource('', 'Pod', { ...record, actions: { binding: bind, eviction: evict(services) }, connections: podConnections(services) })

/** Bindings without a pod in their URL. */
export const bindings = defineResource('', 'Binding', { aliasOf: { plural: 'pods', subresource: 'binding' } })
