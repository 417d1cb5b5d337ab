// What the registry asks of the codec, by parameter: registry may not import codec.

import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'

/** Stored bytes with the places that reads need; see codec/encoded-item.ts. */
export interface EncodedItem {
  readonly bytes: Buffer
  readonly metadataStart: number
  readonly resourceVersionAt: number
  /** Kept by the codec. */
  metadataEnd: number | undefined
}

/** What stands where an object is written, with which that may share parts; see codec/stored-parts.ts. */
export interface SharedParts {
  /** The object that stands there. */
  readonly view: Frozen<KubeObject>
  bytesOf(name: string, value: unknown): Buffer | undefined
}

export interface ItemEncoding {
  /** Canonical bytes without resourceVersion. */
  encode(schema: TypeSchema, object: KubeObject, shared?: SharedParts): Buffer
  /** A private tree, with resourceVersion. */
  decode(bytes: Uint8Array, revision: number): KubeObject
  /** The same, not to be changed: it costs less. */
  view(item: EncodedItem, revision: number): Frozen<KubeObject>
  locate(bytes: Uint8Array): EncodedItem
  /** The object rebuilt in a version's canonical form. */
  canonical(schema: TypeSchema, object: KubeObject): KubeObject
}
