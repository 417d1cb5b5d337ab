// Certificate signing requests: who asks is written down by the server; approval changes conditions only.
// Upstream: pkg/registry/certificates/certificates.
import { formatTime } from '../../../apimachinery/clock.ts'
import { type Frozen, type KubeObject, listAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'

const writeDownUser = (object: KubeObject, { user }: WriteContext): void => {
  const { username: _, uid: __, groups: ___, extra: ____, ...spec } = (object['spec'] ?? {}) as ValueMap
  const extra = Object.keys(user.extra ?? {}).length > 0 ? { extra: user.extra as unknown as Value } : {}
  object['spec'] = { ...spec, username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: [...user.groups], ...extra }
}

/** Conditions with their times: a transition time lasts as long as type and status do. */
const timedConditions = (object: KubeObject, old: Frozen<KubeObject>, now: string): Value[] =>
  (listAt(object, 'status', 'conditions') as ValueMap[]).map((condition) => {
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

export const certificatesigningrequests = defineResource('certificates.k8s.io', 'CertificateSigningRequest', {
  strategy: strategyOf(
    { status: emptyStatus, name: pathSegment },
    {
      resetFields: [['spec'], ['status']],
      prepareForCreate: writeDownUser,
      prepareForUpdate: (object, old) => {
        object['spec'] = old['spec']
      },
    },
  ),
  fieldStrategies: {
    approval: { allowUnconditionalUpdate: true, resetFields: [['spec'], ['status', 'certificate']], prepareForUpdate: approval },
  },
})
