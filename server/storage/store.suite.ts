// One suite for every store; a test is a claim. `random history` replays seeded operations on a model of a few lines.
import type { Store, StoreEvent } from './store.ts'
import { StoreError } from './store.ts'

/** The part of a tap test that claims need. */
export interface Assert {
  equal(found: unknown, wanted: unknown): unknown
  same(found: unknown, wanted: unknown): unknown
  ok(value: unknown): unknown
}

const bytes = (text: string): Uint8Array => Buffer.from(text)
const text = (value: Uint8Array | undefined): string | undefined => value && Buffer.from(value).toString()

const refusal = async (attempt: Promise<unknown>): Promise<StoreError> => {
  try {
    await attempt
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('expected a StoreError')
}

/** The next events of a watch, until there are `count`. */
const collect = async (store: Store, prefix: string, after: number, count: number): Promise<StoreEvent[]> => {
  const controller = new AbortController()
  const events: StoreEvent[] = []
  for await (const batch of store.watch(prefix, after, controller.signal)) {
    events.push(...batch.events)
    if (events.length >= count) break
  }
  controller.abort()
  return events
}

const summary = (events: readonly StoreEvent[]): string[] =>
  events.map((event) => `${event.type} ${event.key} ${text(event.object?.value) ?? ''} <${text(event.previous?.value) ?? ''}`)

/** A small generator, so that a printed seed repeats a run. */
export const seeded = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

const randomHistory = async (store: Store, t: Assert, seed: number): Promise<void> => {
  const random = seeded(seed)
  const model = new Map<string, { value: string; revision: number }>()
  const expected: string[] = []
  const start = (await store.get('/r/none')).revision
  for (let step = 0; step < 300; step++) {
    const key = `/r/${Math.floor(random() * 12)}`
    const known = model.get(key)
    const value = String(step)
    if (!known) {
      const made = await store.create(key, bytes(value))
      expected.push(`put ${key} ${value} <`)
      model.set(key, { value, revision: made.modRevision })
    } else if (random() < 0.3) {
      await store.delete(key, known.revision)
      expected.push(`delete ${key}  <${known.value}`)
      model.delete(key)
    } else {
      const written = await store.update(key, known.revision, bytes(value))
      expected.push(`put ${key} ${value} <${known.value}`)
      model.set(key, { value, revision: written.modRevision })
    }
  }
  const listed = await store.list('/r/')
  t.same(
    listed.objects.map((object) => [object.key, text(object.value)]),
    [...model].map(([key, { value }]) => [key, value]).sort(),
  )
  t.same(summary(await collect(store, '/r/', start, expected.length)), expected)
}

export const claims: readonly [claim: string, test: (store: Store, t: Assert) => Promise<void>][] = [
  [
    'a created object is read back with its revision',
    async (store, t) => {
      const made = await store.create('/a', bytes('1'))
      const { object, revision } = await store.get('/a')
      t.equal(text(object?.value), '1')
      t.equal(object?.modRevision, made.modRevision)
      t.equal(object?.createRevision, made.modRevision)
      t.equal(revision, made.modRevision)
    },
  ],
  [
    'a second create of a key is refused and names what is there',
    async (store, t) => {
      await store.create('/a', bytes('1'))
      const error = await refusal(store.create('/a', bytes('2')))
      t.equal(error.code, 'KeyExists')
      t.equal(text(error.current?.value), '1')
    },
  ],
  [
    'an update against a stale revision is refused and names the current one',
    async (store, t) => {
      const first = await store.create('/a', bytes('1'))
      const second = await store.update('/a', first.modRevision, bytes('2'))
      const error = await refusal(store.update('/a', first.modRevision, bytes('3')))
      t.equal(error.code, 'RevisionConflict')
      t.equal(error.current?.modRevision, second.modRevision)
      t.equal(second.createRevision, first.createRevision)
    },
  ],
  [
    'a deletion has a revision of its own and gives what it deleted',
    async (store, t) => {
      const made = await store.create('/a', bytes('1'))
      const { revision, previous } = await store.delete('/a', made.modRevision)
      t.equal(revision, made.modRevision + 1)
      t.equal(text(previous.value), '1')
      t.equal((await refusal(store.delete('/a', made.modRevision))).code, 'NotFound')
      t.equal((await store.create('/a', bytes('2'))).createRevision, revision + 1)
    },
  ],
  [
    'a list is ordered by key, cut by limit, and goes on after a key',
    async (store, t) => {
      for (const key of ['/l/b', '/l/a', '/l/c', '/m/a']) await store.create(key, bytes(key))
      const first = await store.list('/l/', { limit: 2 })
      t.same(
        first.objects.map((object) => object.key),
        ['/l/a', '/l/b'],
      )
      t.ok(first.more)
      const second = await store.list('/l/', { after: '/l/b' })
      t.same(
        second.objects.map((object) => object.key),
        ['/l/c'],
      )
      t.ok(!second.more)
    },
  ],
  [
    'a list at a revision shows what stood then',
    async (store, t) => {
      const a = await store.create('/l/a', bytes('1'))
      const b = await store.create('/l/b', bytes('1'))
      await store.update('/l/a', a.modRevision, bytes('2'))
      await store.delete('/l/b', b.modRevision)
      const past = await store.list('/l/', { atRevision: b.modRevision })
      t.same(
        past.objects.map((object) => [object.key, text(object.value)]),
        [
          ['/l/a', '1'],
          ['/l/b', '1'],
        ],
      )
      t.equal((await refusal(store.list('/l/', { atRevision: 1_000_000 }))).code, 'FutureRevision')
    },
  ],
  [
    'a watch from revision N begins with the first event after N, in order, each once',
    async (store, t) => {
      const a = await store.create('/w/a', bytes('1'))
      await store.create('/x/a', bytes('1'))
      await store.update('/w/a', a.modRevision, bytes('2'))
      const watching = collect(store, '/w/', a.modRevision, 3)
      const b = await store.create('/w/b', bytes('1'))
      await store.delete('/w/b', b.modRevision)
      t.same(summary(await watching), ['put /w/a 2 <1', 'put /w/b 1 <', 'delete /w/b  <1'])
    },
  ],
  [
    'a progress request reaches a quiet watcher with the current revision',
    async (store, t) => {
      const made = await store.create('/a', bytes('1'))
      const controller = new AbortController()
      const iterator = store.watch('/quiet/', made.modRevision, controller.signal)[Symbol.asyncIterator]()
      const next = iterator.next()
      await store.requestProgress()
      const { value } = await next
      t.equal(value.revision, made.modRevision)
      t.equal(value.events.length, 0)
      controller.abort()
    },
  ],
  [
    'compaction forgets the past, keeps the present, and refuses the past by name',
    async (store, t) => {
      const a = await store.create('/c/a', bytes('1'))
      const b = await store.create('/c/b', bytes('1'))
      const newer = await store.update('/c/a', a.modRevision, bytes('2'))
      const gone = await store.delete('/c/b', b.modRevision)
      await store.compact(gone.revision)
      t.equal(store.compactedRevision(), gone.revision)
      t.same(
        (await store.list('/c/')).objects.map((object) => text(object.value)),
        ['2'],
      )
      t.equal((await refusal(store.list('/c/', { atRevision: newer.modRevision }))).code, 'Compacted')
      t.equal((await refusal(collect(store, '/c/', a.modRevision, 1))).code, 'Compacted')
      t.equal((await store.create('/c/b', bytes('3'))).createRevision, gone.revision + 1)
    },
  ],
  [
    'concurrent updates of one key: one wins for each revision',
    async (store, t) => {
      const made = await store.create('/a', bytes('0'))
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => store.update('/a', made.modRevision, bytes(String(index)))),
      )
      t.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1)
    },
  ],
  [
    'the object handed over with a write comes back on its event',
    async (store, t) => {
      const watching = collect(store, '/d/', (await store.get('/d/a')).revision, 1)
      const decoded = { some: 'object' }
      await store.create('/d/a', bytes('1'), { decoded })
      t.equal((await watching)[0]?.object?.decoded, decoded)
    },
  ],
  [
    'random history: state and events equal the model',
    async (store, t) => {
      for (const seed of [1, 20261120]) {
        await randomHistory(store, t, seed)
        for (const object of (await store.list('/r/')).objects) await store.delete(object.key, object.modRevision)
      }
    },
  ],
]
