// How kinds read and change objects of other kinds: evictions count on disruption budgets.
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { cloneTree } from '../apimachinery/kube-object.ts'
import { notFound } from '../apimachinery/status-error.ts'
import type { KindServices } from './kinds/kind-services.ts'
import { deleteObject } from './registry/deletion.ts'
import { groupResource, type WriteContext } from './registry/resource-definition.ts'
import type { ResourceStore } from './registry/resource-store.ts'
import { updateObject, type WriteServices } from './registry/write-path.ts'

/** `context` is the server's own. */
export const objectsOf = (
  named: (group: string, plural: string) => ResourceStore,
  context: WriteContext,
  write: WriteServices,
): KindServices['objects'] => ({
  get: (group, plural, namespace, name) => {
    const store = named(group, plural)
    const entry = store.get(namespace, name)
    return entry && store.decode(entry)
  },
  list: (group, plural, namespace) => {
    const store = named(group, plural)
    return store.cache.range(store.prefix(namespace)).map((entry) => store.decode(entry))
  },
  changeStatus: async (group, plural, namespace, name, change) => {
    const store = named(group, plural)
    const version = store.definition.versions.find((served) => served.name === context.version) ?? store.definition.versions[0]
    if (!version) throw notFound(groupResource(store.definition), name)
    const request = {
      name,
      change: (current: unknown): KubeObject => {
        if (!current) throw notFound(groupResource(store.definition), name)
        const copy = cloneTree<KubeObject>(current as KubeObject)
        change(copy)
        return copy
      },
      strategy: { allowUnconditionalUpdate: true },
      subresource: 'status',
      version,
    }
    await updateObject(store, request, { ...context, namespace }, write)
  },
  delete: async (group, plural, name, options, requester) => {
    await deleteObject(named(group, plural), { ...options, name, orphanDependents: undefined }, requester, write)
  },
})
