// The metadata of kinds that upstream looks at once more when they change. Upstream: ValidateObjectMeta.
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import type { NameCheck } from '../../../apimachinery/names.ts'
import { validateFinalizerDomains, validateMetadata } from '../../registry/metadata-validation.ts'
import type { Errors } from './checks.ts'

/** All that a new object's metadata must meet. */
export const metadataErrors = ({ metadata }: KubeObject, namespaced: boolean, nameCheck: NameCheck): Errors => [
  ...validateMetadata(metadata, namespaced, nameCheck),
  ...validateFinalizerDomains(metadata.finalizers),
]
