// Certificate signing requests: who asks is written down by the server; approval changes conditions only.
// Upstream: pkg/registry/certificates/certificates.
import { formatTime } from '../../../apimachinery/clock.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import { humanDuration, textOr } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'
import { validateRequest, validateRequestUpdate } from './request-validation.ts'

const writeDownUser = (object: KubeObject, { user }: WriteContext): void => {
  const { username: _, uid: __, groups: ___, extra: ____, ...spec } = (object['spec'] ?? {}) as ValueMap
  const extra = Object.keys(user.extra ?? {}).length > 0 ? { extra: user.extra as unknown as Value } : {}
  object['spec'] = { ...spec, username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: [...user.groups], ...extra }
}

/** Conditions of a type that are as many as before are those from before. */
const preserved = (conditions: ValueMap[], old: Frozen<KubeObject>, type: string): ValueMap[] => {
  const before = (listAt(old, 'status', 'conditions') as ValueMap[]).filter((condition) => condition['type'] === type)
  if (conditions.filter((condition) => condition['type'] === type).length !== before.length) return conditions
  return conditions.map((condition) => (condition['type'] === type ? (before.shift() as ValueMap) : condition))
}

/** Conditions with their times: a transition time lasts as long as type and status do. `kept` are types that stay as they are. */
const timedConditions = (object: KubeObject, old: Frozen<KubeObject>, now: string, kept: readonly string[] = []): Value[] =>
  kept
    .reduce((conditions, type) => preserved(conditions, old, type), listAt(object, 'status', 'conditions') as ValueMap[])
    .map((condition) => {
      const same = (listAt(old, 'status', 'conditions') as ValueMap[]).find(
        (other) => other['type'] === condition['type'] && other['status'] === condition['status'] && other['lastTransitionTime'],
      )
      return {
        ...condition,
        lastUpdateTime: condition['lastUpdateTime'] ?? now,
        lastTransitionTime: condition['lastTransitionTime'] ?? same?.['lastTransitionTime'] ?? now,
      }
    })

const approval = (object: KubeObject, old: Frozen<KubeObject>, context: WriteContext): void => {
  const conditions = timedConditions(object, old, formatTime(context.clock.now()))
  object['spec'] = old['spec']
  object['status'] = { ...(old['status'] as ValueMap), conditions }
}

const requestedDuration = (request: Frozen<KubeObject>): string => {
  const seconds = at(request, 'spec', 'expirationSeconds')
  return typeof seconds === 'number' ? humanDuration(seconds * 1000) : '<none>'
}

const condition = (request: Frozen<KubeObject>): string => {
  const types = listAt(request, 'status', 'conditions').map((entry) => textAt(entry, 'type'))
  const words = [types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending']
  if (types.includes('Failed')) words.push('Failed')
  if (textAt(request, 'status', 'certificate') !== '') words.push('Issued')
  return words.join(',')
}

export const certificatesigningrequests = defineResource('certificates.k8s.io', 'CertificateSigningRequest', {
  cells: {
    SignerName: (request) => textOr(request, '<none>', 'spec', 'signerName'),
    Requestor: (request) => textAt(request, 'spec', 'username'),
    RequestedDuration: requestedDuration,
    Condition: condition,
  },
  selectableFields: {
    names: ['spec.signerName'],
    of: (request) => ({ 'spec.signerName': textAt(request, 'spec', 'signerName') }),
    withNamespace: false,
  },
  strategy: strategyOf(
    { status: emptyStatus, name: false },
    {
      resetFields: [['spec'], ['status']],
      prepareForCreate: writeDownUser,
      prepareForUpdate: (object, old) => {
        object['spec'] = old['spec']
      },
      validate: (request) => validateRequest(request),
      validateUpdate: validateRequestUpdate({ approval: false, certificate: false }),
    },
  ),
  statusRules: {
    prepareForUpdate: (request, old, context) => {
      const conditions = timedConditions(request, old, formatTime(context.clock.now()), ['Approved', 'Denied'])
      if (conditions.length > 0) request['status'] = { ...(request['status'] as ValueMap), conditions }
    },
    validateUpdate: validateRequestUpdate({ approval: false, certificate: true }),
  },
  fieldStrategies: {
    approval: {
      allowUnconditionalUpdate: true,
      resetFields: [['spec'], ['status', 'certificate']],
      prepareForUpdate: approval,
      validateUpdate: validateRequestUpdate({ approval: true, certificate: false }),
    },
  },
})
