// Whether an object is still there, the same one: asked with every request that comes with a token.
import type { EncodedItem } from './registry/encoding.ts'
import type { ResourceStore } from './registry/resource-store.ts'

/** Answers by namespace, name and uid. An object is decoded once for each of its states: what is known of it goes with its cache entry. */
export const objectPresence = (): ((store: ResourceStore, namespace: string, name: string, uid: string) => boolean) => {
  const uids = new WeakMap<EncodedItem, string>()
  return (store, namespace, name, uid) => {
    const entry = store.get(namespace, name)
    if (!entry) return false
    let known = uids.get(entry.item)
    if (known === undefined) {
      known = store.decode(entry).metadata.uid ?? ''
      uids.set(entry.item, known)
    }
    return known === uid
  }
}
