// Items as objects of the version and shape a request asked for.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import { metadataAlone } from '../codec/metadata-alone.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Representation } from './representation.ts'
import { internalPackage, requestApiVersion, type Scope } from './scope.ts'

/** The object of an item in the request's version, canonical, with its resourceVersion. */
export const objectOf = (scope: Scope, item: EncodedItem, revision: number): KubeObject => {
  const object = scope.parts.encoding.decode(item.bytes, revision)
  if (revision === 0) delete object.metadata.resourceVersion
  const wanted = requestApiVersion(scope)
  if (object.apiVersion === wanted) return object
  return scope.parts.encoding.canonical(scope.version.schema, scope.definition.convert(object, wanted))
}

/** Whether stored bytes are in the request's version already. */
export const isStoredVersion = (scope: Scope): boolean => {
  const { storage, group } = scope.definition
  return storage !== 'virtual' && storage.group === group && storage.version === scope.version.name
}

/** Refuses the form of a list to an object, and of an object to a list. */
export const checkForm = ({ definition, version }: Scope, { shape, ofList = false }: Representation, isList: boolean): void => {
  if (shape !== 'metadata' || ofList === isList) return
  const asked = ofList ? 'PartialObjectMetadataList' : 'PartialObjectMetadata'
  const kind = isList && definition.storage !== 'virtual' ? definition.listKind : version.kind
  const what = `${isList ? '' : 'not '}a list (*${internalPackage(definition.group)}.${kind})`
  throw new StatusError(406, 'NotAcceptable', `you requested ${asked}, but the requested object is ${what}`)
}

/** Metadata alone, as meta.k8s.io has it. */
export const metadataOnly = ({ definition }: Scope, object: KubeObject, metaVersion: string): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${metaVersion}`,
  metadata: metadataAlone(definition, object.metadata),
})
