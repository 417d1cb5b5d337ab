// TaintNodesByCondition: a new node takes no pods until it is found ready. Upstream: plugin/pkg/admission/nodetaint.
import { listAt, textAt, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { AdmissionPlugin } from './admission.ts'

const KEY = 'node.kubernetes.io/not-ready'
const EFFECT = 'NoSchedule'

export const taintNodesByCondition = (): AdmissionPlugin => ({
  name: 'TaintNodesByCondition',
  operations: ['CREATE'],
  resources: ['nodes'],
  subresources: [''],
  admit: ({ object }) => {
    const taints = listAt(object, 'spec', 'taints')
    if (!object || taints.some((taint) => textAt(taint, 'key') === KEY && textAt(taint, 'effect') === EFFECT)) return
    object['spec'] = { ...(object['spec'] as ValueMap | undefined), taints: [...taints, { key: KEY, effect: EFFECT }] }
  },
})
