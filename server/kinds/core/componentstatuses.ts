// Component statuses: made up on request, never stored. Upstream: pkg/registry/core/componentstatus, printComponentStatus.
import { type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'

const healthy = (component: Frozen<KubeObject>): Value | undefined =>
  listAt(component, 'conditions').find((condition) => textAt(condition, 'type') === 'Healthy')

const status = (component: Frozen<KubeObject>): string => {
  const condition = healthy(component)
  if (condition === undefined) return 'Unknown'
  return textAt(condition, 'status') === 'True' ? 'Healthy' : 'Unhealthy'
}

export const componentstatuses = defineResource('', 'ComponentStatus', {
  cells: {
    Status: status,
    Message: (component) => textAt(healthy(component), 'message'),
    Error: (component) => textAt(healthy(component), 'error'),
  },
  deprecationWarning: 'v1 ComponentStatus is deprecated in v1.19+',
})
