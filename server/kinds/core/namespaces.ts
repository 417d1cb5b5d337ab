// Namespaces: two-step deletion, held by the finalizers in their spec. Upstream: pkg/registry/core/namespace.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, qualifiedName } from '../../../apimachinery/names.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, named } from '../validation/checks.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'

const FINALIZER = 'kubernetes'
const NAME_LABEL = 'kubernetes.io/metadata.name'

const prepareForCreate = (object: KubeObject): void => {
  const finalizers = listAt(object, 'spec', 'finalizers')
  if (!finalizers.includes(FINALIZER)) object['spec'] = { finalizers: [...finalizers, FINALIZER] }
}

const STANDARD = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

const checkFinalizer = (finalizer: string, path: string, errors: Errors): void => {
  named(finalizer, qualifiedName, path, errors)
  if (!finalizer.includes('/') && !STANDARD.has(finalizer))
    errors.push(invalidValue(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'))
}

const validate = (namespace: KubeObject): Errors => {
  const errors: Errors = []
  for (const finalizer of listAt(namespace, 'spec', 'finalizers')) checkFinalizer(finalizer as string, 'spec.finalizers', errors)
  return errors
}

const validateFinalize = (namespace: KubeObject): Errors => {
  const errors: Errors = []
  listAt(namespace, 'spec', 'finalizers').forEach((finalizer, index) => {
    checkFinalizer(finalizer as string, `spec.finalizers[${index}]`, errors)
  })
  return errors
}

/** The phase follows from whether the namespace is being deleted. */
const validateStatus = (namespace: KubeObject): Errors => {
  const phase = textAt(namespace, 'status', 'phase')
  const wanted = namespace.metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating'
  if (phase === wanted) return []
  const when = wanted === 'Active' ? 'is empty' : 'is not empty'
  return [invalidValue('status.Phase', phase, `may only be '${wanted}' if \`deletionTimestamp\` ${when}`)]
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
      validate,
      comparesMetadata: true,
      validateUpdate: (object, old) => [
        ...metadataErrors(object, false, dns1123Label),
        ...validate(object),
        ...metadataUpdateErrors(object, old),
      ],
      prepareForUpdate: (object, old) => {
        object['spec'] = { ...(object['spec'] as ValueMap), finalizers: [...listAt(old, 'spec', 'finalizers')] }
      },
      beginDelete: (object) => {
        object['status'] = { ...(at(object, 'status') as ValueMap), phase: 'Terminating' }
      },
      mayEnd: (object) => listAt(object, 'spec', 'finalizers').length === 0,
    },
  ),
  statusRules: { validateUpdate: validateStatus },
  fieldStrategies: {
    finalize: {
      resetFields: [['status']],
      validateName: dns1123Label,
      validateUpdate: validateFinalize,
      allowUnconditionalUpdate: true,
      prepareForUpdate: (object, old) => {
        object['status'] = old['status']
      },
    },
  },
})
