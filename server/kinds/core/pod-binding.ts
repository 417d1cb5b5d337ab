// Puts a pod on a node, once: what a scheduler posts. Upstream: registry/core/pod/storage BindingREST, podutil.UpdatePodCondition.

import { formatTime } from '../../../apimachinery/clock.ts'
import { fieldErrorMessage, notSupported, required } from '../../../apimachinery/field-error.ts'
import { aggregated } from '../../../apimachinery/go-text.ts'
import { type KubeObject, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import { badRequest, conflict, unreasoned } from '../../../apimachinery/status-error.ts'
import type { CheckedAction } from '../../registry/resource-definition.ts'

const PODS = { group: '', resource: 'pods' }
const BINDING = { group: '', resource: 'pods/binding' }

const check = (binding: KubeObject, name: string): void => {
  if (name !== (binding.metadata.name ?? '')) throw badRequest('name in URL does not match name in Binding object')
  const kind = textAt(binding, 'target', 'kind')
  const errors = kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])]
  if (textAt(binding, 'target', 'name') === '') errors.push(required('target.name', ''))
  if (errors.length > 0) throw unreasoned(aggregated(errors.map(fieldErrorMessage)))
  const wrong = pathSegment(name)
  if (wrong.length > 0) throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${wrong.join(';')}`)
}

/** What the binding says the pod should still be. */
const checkPreconditions = ({ metadata: wanted }: KubeObject, { metadata }: KubeObject): void => {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = metadata
  const refuse = (what: string, asked: string, found: string): never => {
    const failed = `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${found}`
    const key = `/registry/pods/${namespace}/${name}`
    throw conflict(PODS, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`)
  }
  if (wanted.uid && wanted.uid !== uid) refuse('UID', wanted.uid, uid)
  if (wanted.resourceVersion && wanted.resourceVersion !== resourceVersion)
    refuse('ResourceVersion', wanted.resourceVersion, resourceVersion)
}

const markScheduled = (pod: KubeObject, now: string): void => {
  const status = (pod['status'] ??= {}) as ValueMap
  const conditions = listAt(status, 'conditions') as ValueMap[]
  const scheduled: ValueMap = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now }
  const old = conditions.find(({ type }) => type === 'PodScheduled')
  if (old?.['status'] === 'True') scheduled['lastTransitionTime'] = (old['lastTransitionTime'] ?? null) as Value
  status['conditions'] = old ? conditions.map((condition) => (condition === old ? scheduled : condition)) : [...conditions, scheduled]
}

export const bind: CheckedAction = {
  check,
  run: async (_, binding, context, update) => {
    await update((current) => {
      checkPreconditions(binding, current)
      const { name = '', deletionTimestamp, annotations, labels } = current.metadata
      if (deletionTimestamp !== undefined) throw conflict(BINDING, name, `pod ${name} is being deleted, cannot be assigned to a host`)
      const assigned = textAt(current, 'spec', 'nodeName')
      if (assigned !== '') throw conflict(BINDING, name, `pod ${name} is already assigned to node ${JSON.stringify(assigned)}`)
      if (listAt(current, 'spec', 'schedulingGates').length > 0)
        throw conflict(BINDING, name, `pod ${name} has non-empty .spec.schedulingGates`)
      ;(current['spec'] as ValueMap)['nodeName'] = textAt(binding, 'target', 'name')
      const given = binding.metadata
      if (given.annotations) current.metadata.annotations = { ...annotations, ...given.annotations }
      if (given.labels) current.metadata.labels = { ...labels, ...given.labels }
      markScheduled(current, formatTime(context.clock.now()))
      delete (current['status'] as ValueMap)['nominatedNodeName']
    })
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
  },
}
