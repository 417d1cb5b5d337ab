// One resource under test: makes its objects and the steps on them, so that cases read as what they try.
import { collectionPath, nameOf, type Resource, type TypeTables } from './facts.ts'
import { FullerObjects } from './fuller-objects.ts'
import { type Json, type JsonObject, textAt } from './json-value.ts'
import { minimalObject, type RecipeContext } from './minimal-objects.ts'
import { SeededRandom, seedOf } from './seeded-random.ts'
import type { Step } from './step.ts'

/** Extra facts of a step. */
export type StepExtras = Partial<Pick<Step, 'subject' | 'edit' | 'contentType' | 'accept'>> & { body?: string | Json; query?: string }

export class ResourceSubject {
  readonly resource: Resource
  readonly name: string
  readonly context: RecipeContext
  readonly random: SeededRandom
  readonly fuller: FullerObjects
  readonly #nextSerial: () => number

  constructor(resource: Resource, context: RecipeContext, types: TypeTables, seed: number, nextSerial: () => number) {
    this.resource = resource
    this.name = nameOf(resource)
    this.context = context
    this.random = new SeededRandom(seedOf(this.name, seed))
    this.fuller = new FullerObjects(types, this.random)
    this.#nextSerial = nextSerial
  }

  get collection(): string {
    return collectionPath(this.resource, this.context.namespace)
  }

  has(verb: string): boolean {
    return this.resource.verbs.includes(verb)
  }

  hasStatus(): boolean {
    return this.resource.subresources?.['status'] !== undefined
  }

  /** A new object with a name nobody has. */
  minimal(): JsonObject {
    return minimalObject(this.resource, this.#nextSerial(), this.context)
  }

  /** A minimal object with `count` more fields. */
  enriched(count: number): JsonObject {
    const object = this.minimal()
    this.fuller.enrich(object, this.resource.type, count)
    return object
  }

  pathOf(object: JsonObject): string {
    return `${this.collection}/${textAt(object, 'metadata', 'name')}`
  }

  #step(verb: string, note: string, method: string, path: string, extras: StepExtras): Step {
    const { query, ...others } = extras
    return { resource: this.name, verb, note, method, path: query === undefined ? path : `${path}?${query}`, ...others }
  }

  create(note: string, object: JsonObject, extras: StepExtras = {}): Step {
    return this.#step('create', note, 'POST', this.collection, { body: object, subject: this.pathOf(object), ...extras })
  }

  get(note: string, object: JsonObject, extras: StepExtras = {}): Step {
    return this.#step('get', note, 'GET', this.pathOf(object), { subject: this.pathOf(object), ...extras })
  }

  update(note: string, object: JsonObject, extras: StepExtras): Step {
    return this.#step('update', note, 'PUT', this.pathOf(object), { subject: this.pathOf(object), ...extras })
  }

  /** `type` names the cell: json, merge, strategic. */
  patch(type: string, note: string, object: JsonObject, extras: StepExtras): Step {
    return this.#step(`patch ${type}`, note, 'PATCH', this.pathOf(object), { subject: this.pathOf(object), ...extras })
  }

  patchSub(subresource: string, note: string, object: JsonObject, extras: StepExtras): Step {
    const path = `${this.pathOf(object)}/${subresource}`
    return this.#step(`patch ${subresource}`, note, 'PATCH', path, { subject: this.pathOf(object), ...extras })
  }

  remove(note: string, object: JsonObject, extras: StepExtras = {}): Step {
    return this.#step('delete', note, 'DELETE', this.pathOf(object), { subject: this.pathOf(object), ...extras })
  }

  list(note: string, query: string, extras: StepExtras = {}): Step {
    return this.#step('list', note, 'GET', this.collection, { query, ...extras })
  }

  listEverywhere(note: string, query: string): Step {
    return this.#step('list', note, 'GET', collectionPath(this.resource, ''), { query })
  }

  removeAll(note: string, query: string, extras: StepExtras = {}): Step {
    return this.#step('deletecollection', note, 'DELETE', this.collection, { query, ...extras })
  }

  /** On a subresource: verb get or update; the cell's verb carries its name. */
  sub(subresource: string, verb: 'get' | 'update', note: string, object: JsonObject, extras: StepExtras = {}): Step {
    const method = verb === 'get' ? 'GET' : 'PUT'
    return this.#step(`${verb} ${subresource}`, note, method, `${this.pathOf(object)}/${subresource}`, {
      subject: this.pathOf(object),
      ...extras,
    })
  }
}
