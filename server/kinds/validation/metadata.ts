// The metadata of kinds that upstream looks at once more when they change. Upstream: ValidateObjectMeta.
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import type { NameCheck } from '../../../apimachinery/names.ts'
import { validateFinalizerDomains, validateMetadata, validateMetadataUpdate } from '../../registry/metadata-validation.ts'
import type { Errors } from './checks.ts'

/** All that a new object's metadata must meet. */
export const metadataErrors = ({ metadata }: KubeObject, namespaced: boolean, nameCheck: NameCheck): Errors => [
  ...validateMetadata(metadata, namespaced, nameCheck),
  ...validateFinalizerDomains(metadata.finalizers),
]

/** What may not change in the metadata. Upstream: ValidateObjectMetaUpdate. */
export const metadataUpdateErrors = (object: KubeObject, old: Frozen<KubeObject>): Errors => [
  ...validateMetadataUpdate(object, old),
  ...validateFinalizerDomains(object.metadata.finalizers),
]
