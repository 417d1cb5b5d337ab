// Namespaces: two-step deletion, held by the finalizers in their spec. Upstream: pkg/registry/core/namespace.
import { at, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

const FINALIZER = 'kubernetes'
const NAME_LABEL = 'kubernetes.io/metadata.name'

const prepareForCreate = (object: KubeObject): void => {
  const finalizers = listAt(object, 'spec', 'finalizers')
  if (!finalizers.includes(FINALIZER)) object['spec'] = { finalizers: [...finalizers, FINALIZER] }
}

export const namespaces = defineResource('', 'Namespace', {
  cells: { Status: (namespace) => textAt(namespace, 'status', 'phase') },
  selectableFields: {
    names: ['status.phase'],
    of: (namespace) => ({ 'status.phase': textAt(namespace, 'status', 'phase') }),
    withNamespace: false,
  },
  strategy: strategyOf(
    { name: dns1123Label, status: () => ({ phase: 'Active' }), returnsDeletedObject: true },
    {
      setDefaults: (object) => {
        if (object.metadata.name) object.metadata.labels = { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name }
      },
      prepareForCreate,
      prepareForUpdate: (object, old) => {
        object['spec'] = { ...(object['spec'] as ValueMap), finalizers: [...listAt(old, 'spec', 'finalizers')] }
      },
      beginDelete: (object) => {
        object['status'] = { ...(at(object, 'status') as ValueMap), phase: 'Terminating' }
      },
      mayEnd: (object) => listAt(object, 'spec', 'finalizers').length === 0,
    },
  ),
  fieldStrategies: {
    finalize: {
      allowUnconditionalUpdate: true,
      prepareForUpdate: (object, old) => {
        object['status'] = old['status']
      },
    },
  },
})
