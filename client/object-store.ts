// What an informer knows: objects by key, and indexes over them. Bounded by what the cluster has. Objects are shared and never changed.
// Upstream: k8s.io/client-go/tools/cache/thread_safe_store.go.
import type { KubeObject } from '../apimachinery/kube-object.ts'

/** The values an object is found by in an index. */
export type IndexFunction = (object: KubeObject) => readonly string[]

interface Index {
  readonly valuesOf: IndexFunction
  readonly keys: Map<string, Set<string>>
}

export class ObjectStore {
  readonly #objects = new Map<string, KubeObject>()
  readonly #indexes = new Map<string, Index>()

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key)
  }

  get size(): number {
    return this.#objects.size
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys()
  }

  values(): IterableIterator<KubeObject> {
    return this.#objects.values()
  }

  /** Those an index holds under a value. */
  indexed(name: string, value: string): KubeObject[] {
    const keys = this.#indexes.get(name)?.keys.get(value)
    return keys ? [...keys].map((key) => this.#objects.get(key) as KubeObject) : []
  }

  /** A second index of one name is the first: all who share an informer name alike what is alike. */
  addIndex(name: string, valuesOf: IndexFunction): void {
    if (this.#indexes.has(name)) return
    const index: Index = { valuesOf, keys: new Map() }
    this.#indexes.set(name, index)
    for (const [key, object] of this.#objects) enter(index, key, object)
  }

  /** Puts or, with undefined, removes; gives what was there. */
  replace(key: string, object: KubeObject | undefined): KubeObject | undefined {
    const previous = this.#objects.get(key)
    for (const index of this.#indexes.values()) {
      if (previous) leave(index, key, previous)
      if (object) enter(index, key, object)
    }
    if (object) this.#objects.set(key, object)
    else this.#objects.delete(key)
    return previous
  }
}

const enter = ({ keys, valuesOf }: Index, key: string, object: KubeObject): void => {
  for (const value of valuesOf(object)) {
    const known = keys.get(value)
    if (known) known.add(key)
    else keys.set(value, new Set([key]))
  }
}

const leave = ({ keys, valuesOf }: Index, key: string, object: KubeObject): void => {
  for (const value of valuesOf(object)) {
    const known = keys.get(value)
    known?.delete(key)
    if (known?.size === 0) keys.delete(value)
  }
}
