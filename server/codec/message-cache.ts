// Protobuf messages of items, made when first asked for and kept while there is room: the stored form is JSON.
import type { Frozen, KubeObject, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { writeMessage } from './protobuf-writer.ts'

interface Kept {
  schema: TypeSchema
  revision: number
  message: Buffer
  bytes: number
}

/** What a kept message costs besides its own bytes: the item it belongs to may be gone from everywhere else. */
const OVERHEAD_BYTES = 200

export class MessageCache {
  readonly #maxBytes: number
  readonly #kept = new Map<object, Kept>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The message of an item in one version at one revision; `decode` gives its object in that version. */
  message(item: { readonly bytes: Uint8Array }, schema: TypeSchema, revision: number, decode: () => Frozen<KubeObject>): Buffer {
    const known = this.#kept.get(item)
    if (known && known.schema === schema && known.revision === revision) return known.message
    const message = writeMessage(schema, decode() as unknown as ValueMap)
    if (!known && revision > 0) this.#keep(item, { schema, revision, message, bytes: message.length + item.bytes.length + OVERHEAD_BYTES })
    return message
  }

  /** Whether some version of an item is here. */
  has(item: object): boolean {
    return this.#kept.has(item)
  }

  #keep(item: object, entry: Kept): void {
    this.#kept.set(item, entry)
    this.#bytes += entry.bytes
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes
    }
  }
}
