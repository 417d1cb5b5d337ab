// What every subject of this folder works with, and how it keeps its objects: made when missing, put right when wrong.
// A subject is one thing that upstream's server makes for itself after its start (a post-start hook or a controller of its own).
import { equalValues } from '../../apimachinery/equal-values.ts'
import { cloneTree, type Frozen, type KubeObject } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import type { WriteContext } from '../registry/resource-definition.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import { createObject, updateObject, type WriteServices } from '../registry/write-path.ts'

export interface BootstrapParts {
  /** The store of a kind by group and plural. Throws for an unknown one. */
  storeOf(group: string, plural: string): ResourceStore
  write: WriteServices
  /** The server's own: it may do what is refused to users. */
  context: WriteContext
}

/** One thing that is kept; `ensure` may run again and again, and costs little when nothing is wrong. */
export interface BootstrapSubject {
  /** Upstream's name of the check that waits for it. */
  readonly check: string
  ensure(): Promise<void>
  /** Tells when there may be something to do before the next round. */
  onChange?(changed: () => void): void
}

/** Changes `current`, a private tree, towards what is wanted. */
export type Revise = (current: KubeObject, wanted: Frozen<KubeObject>) => void

/** Keeps objects of one kind as one manager writes them. */
export class ObjectKeeper {
  readonly target: ResourceStore
  readonly #parts: BootstrapParts
  readonly #context: WriteContext
  /** Revisions found to be right, by key. */
  readonly #checked = new Map<string, { wanted: KubeObject; revision: number }>()

  constructor(parts: BootstrapParts, group: string, plural: string, manager = 'kube-apiserver') {
    this.target = parts.storeOf(group, plural)
    this.#parts = parts
    this.#context = { ...parts.context, manager }
  }

  find({ metadata }: KubeObject): Entry | undefined {
    return this.target.get(metadata.namespace ?? '', metadata.name ?? '')
  }

  /** Makes the object, or lets `revise` put right what stands there. Throws StatusError. */
  async keep(wanted: KubeObject, revise?: Revise): Promise<void> {
    const entry = this.find(wanted)
    if (!entry) return this.#make(wanted)
    const checked = this.#checked.get(entry.key)
    if (!revise || (checked?.revision === entry.revision && checked.wanted === wanted)) return
    const { target } = this
    const current = target.decode(entry)
    const revised = cloneTree<KubeObject>(current)
    revise(revised, wanted)
    let { revision } = entry
    if (!equalValues(current, revised)) revision = await this.#update(wanted, revise)
    this.#checked.set(entry.key, { wanted, revision })
  }

  async #update(wanted: KubeObject, revise: Revise): Promise<number> {
    const { metadata } = wanted
    const { target } = this
    const request = {
      name: metadata.name ?? '',
      change: (current: Frozen<KubeObject> | undefined) => {
        if (!current) return this.#withDefaults(wanted)
        const copy = cloneTree<KubeObject>(current)
        revise(copy, wanted)
        return copy
      },
      strategy: target.definition.strategy,
      subresource: '',
      version: target.definition.versions.find(({ name }) => name === this.#context.version) ?? this.#onlyVersion(),
    }
    const { revision } = await updateObject(target, request, this.#contextIn(metadata.namespace), this.#parts.write)
    return revision
  }

  async #make(wanted: KubeObject): Promise<void> {
    try {
      await createObject(this.target, this.#withDefaults(wanted), this.#contextIn(wanted.metadata.namespace), this.#parts.write)
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error
    }
  }

  #onlyVersion() {
    const { versions, plural } = this.target.definition
    const version = versions[0]
    if (!version) throw new Error(`${plural} has no version`)
    return version
  }

  #contextIn(namespace = ''): WriteContext {
    return { ...this.#context, namespace }
  }

  #withDefaults(wanted: KubeObject): KubeObject {
    const object = cloneTree<KubeObject>(wanted)
    this.target.definition.strategy.setDefaults?.(object, this.#context.version)
    return object
  }
}

/** A revision that sets whole members where they differ. */
export const replacing =
  (...members: readonly string[]): Revise =>
  (current, wanted) => {
    for (const member of members) current[member] = cloneTree(wanted[member])
  }
