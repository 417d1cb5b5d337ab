// What every object's metadata must meet. Upstream: k8s.io/apimachinery/pkg/api/validation/objectmeta.go.
import { type FieldError, forbiddenField, invalidValue, required, tooLong } from '../../apimachinery/field-error.ts'
import { type Frozen, type KubeObject, type ObjectMeta, type OwnerReference, parseApiVersion } from '../../apimachinery/kube-object.ts'
import { dns1123Label, labelValue, type NameCheck, pathSegment, qualifiedName } from '../../apimachinery/names.ts'

const MAX_ANNOTATION_BYTES = 256 * 1024
const IMMUTABLE = 'field is immutable'

const labelErrors = (labels: Record<string, string> | undefined): FieldError[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedName(key).map((message) => invalidValue('metadata.labels', key, message)),
    ...labelValue(value).map((message) => invalidValue('metadata.labels', value, message)),
  ])

const annotationErrors = (annotations: Record<string, string> | undefined): FieldError[] => {
  const entries = Object.entries(annotations ?? {})
  const errors = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((message) => invalidValue('metadata.annotations', key, message)),
  )
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return size > MAX_ANNOTATION_BYTES ? [...errors, tooLong('metadata.annotations', MAX_ANNOTATION_BYTES)] : errors
}

const ownerErrors = (owners: OwnerReference[] | undefined): FieldError[] => {
  const errors: FieldError[] = []
  const path = 'metadata.ownerReferences'
  let controller: string | undefined
  for (const owner of owners ?? []) {
    if ((parseApiVersion(owner.apiVersion ?? '')?.version ?? '') === '')
      errors.push(invalidValue(`${path}.apiVersion`, owner.apiVersion, 'version must not be empty'))
    for (const member of ['kind', 'name', 'uid'] as const) {
      if (!owner[member]) errors.push(invalidValue(`${path}.${member}`, owner[member] ?? '', 'must not be empty'))
    }
    if (owner.kind === 'Event' && owner.apiVersion === 'v1')
      errors.push(invalidValue(path, owner, '/v1, Kind=Event is disallowed from being an owner'))
    if (owner.controller !== true) continue
    const current = `${owner.kind}/${owner.name}`
    if (controller === undefined) controller = current
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`
      errors.push(invalidValue(path, owners, detail))
    }
  }
  return errors
}

const finalizerErrors = (finalizers: string[] | undefined): FieldError[] => {
  const path = 'metadata.finalizers'
  const errors = (finalizers ?? []).flatMap((finalizer) =>
    qualifiedName(finalizer).map((message) => invalidValue(path, finalizer, message)),
  )
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
  return errors
}

const namespaceErrors = (metadata: ObjectMeta, namespaced: boolean): FieldError[] => {
  if (!namespaced) return metadata.namespace ? [forbiddenField('metadata.namespace', 'not allowed on this type')] : []
  if (!metadata.namespace) return [required('metadata.namespace', '')]
  return dns1123Label(metadata.namespace).map((message) => invalidValue('metadata.namespace', metadata.namespace, message))
}

/** Errors of a new object's metadata, in upstream's order. */
export const validateMetadata = (metadata: ObjectMeta, namespaced: boolean, nameCheck: NameCheck = pathSegment): FieldError[] => {
  const errors: FieldError[] = []
  if (metadata.generateName)
    errors.push(
      ...nameCheck(metadata.generateName, true).map((message) => invalidValue('metadata.generateName', metadata.generateName, message)),
    )
  if (!metadata.name) errors.push(required('metadata.name', 'name or generateName is required'))
  else errors.push(...nameCheck(metadata.name).map((message) => invalidValue('metadata.name', metadata.name, message)))
  errors.push(...namespaceErrors(metadata, namespaced))
  if ((metadata.generation ?? 0) < 0)
    errors.push(invalidValue('metadata.generation', metadata.generation, 'must be greater than or equal to 0'))
  return [
    ...errors,
    ...labelErrors(metadata.labels),
    ...annotationErrors(metadata.annotations),
    ...ownerErrors(metadata.ownerReferences),
    ...finalizerErrors(metadata.finalizers),
  ]
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** What built-in kinds ask of finalizers besides: a domain, unless the name is one of Kubernetes' own. */
export const validateFinalizerDomains = (finalizers: readonly string[] | undefined): FieldError[] =>
  (finalizers ?? []).flatMap((finalizer, index) =>
    finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
      ? []
      : [invalidValue(`metadata.finalizers[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')],
  )

/** Errors of an update's metadata against what is stored. */
export const validateMetadataUpdate = (object: KubeObject, old: Frozen<KubeObject>): FieldError[] => {
  const { metadata } = object
  const before = old.metadata
  const errors: FieldError[] = []
  if (before.deletionTimestamp !== undefined) {
    const known = new Set(before.finalizers ?? [])
    const added = (metadata.finalizers ?? []).filter((finalizer) => !known.has(finalizer)).sort()
    const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`
    if (added.length > 0)
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      )
  }
  if (!metadata.resourceVersion) errors.push(invalidValue('metadata.resourceVersion', '', 'must be specified for an update'))
  if ((metadata.generation ?? 0) < (before.generation ?? 0))
    errors.push(invalidValue('metadata.generation', metadata.generation ?? 0, 'must not be decremented'))
  for (const member of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (metadata[member] !== before[member])
      errors.push(
        invalidValue(
          `metadata.${member}`,
          metadata[member] ?? (member === 'deletionGracePeriodSeconds' || member === 'deletionTimestamp' ? undefined : ''),
          IMMUTABLE,
        ),
      )
  }
  return [...errors, ...labelErrors(metadata.labels), ...annotationErrors(metadata.annotations), ...ownerErrors(metadata.ownerReferences)]
}
