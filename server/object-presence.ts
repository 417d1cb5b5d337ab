// Whether an object is still there, the same one: asked with every request that comes with a token.
import { keptWithEntries } from './registry/kept-with-entries.ts'
import type { ResourceStore } from './registry/resource-store.ts'

/** Answers by namespace, name and uid. */
export const objectPresence = (): ((store: ResourceStore, namespace: string, name: string, uid: string) => boolean) => {
  const uidOf = keptWithEntries(({ metadata }) => metadata.uid ?? '')
  return (store, namespace, name, uid) => {
    const entry = store.get(namespace, name)
    return entry !== undefined && uidOf(store, entry) === uid
  }
}
