// What is made of an object, kept with its cache entry: made once for each state of the object, and gone with it.
import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import type { Entry, ResourceStore } from './resource-store.ts'

export const keptWithEntries = <T>(make: (object: Frozen<KubeObject>) => T): ((store: ResourceStore, entry: Entry) => T) => {
  const made = new WeakMap<Entry, { value: T }>()
  return (store, entry) => {
    let found = made.get(entry)
    if (!found) made.set(entry, (found = { value: make(store.decode(entry)) }))
    return found.value
  }
}
