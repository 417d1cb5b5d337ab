// Runtime classes. Upstream: pkg/registry/node/runtimeclass.
import { textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const runtimeclasses = defineResource('node.k8s.io', 'RuntimeClass', {
  cells: { Handler: (runtime) => textAt(runtime, 'handler') },
  strategy: strategyOf({ createOnUpdate: true, conditionalUpdate: true }),
})
