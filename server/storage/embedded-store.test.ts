import { test } from 'tap'
import { SteppedClock } from '../../apimachinery/clock.ts'
import { openEmbeddedStore } from './embedded-store.ts'
import { claims } from './store.suite.ts'
import { StoreError } from './store.ts'

const clock = new SteppedClock(0)

for (const [claim, run] of claims) {
  test(`embedded: ${claim}`, async (t) => {
    const store = await openEmbeddedStore({ folder: t.testdir(), clock })
    await run(store, t)
    await store.close()
  })
}

test('embedded: a commit returns after its fsync, and one process owns the file', async (t) => {
  const store = await openEmbeddedStore({ folder: t.testdir(), clock })
  t.same(store.pragmas, { journal_mode: 'wal', synchronous: 2, locking_mode: 'exclusive' })
  await store.close()
})

test('embedded: a second opening of a file in use is refused by name', async (t) => {
  const folder = t.testdir()
  const store = await openEmbeddedStore({ folder, clock })
  await t.rejects(openEmbeddedStore({ folder, clock }), new StoreError('InUse', `${folder}/dinghy.db is in use by another process`))
  await store.close()
})

test('embedded: history, revision and compaction survive a restart', async (t) => {
  const folder = t.testdir()
  const first = await openEmbeddedStore({ folder, clock })
  const a = await first.create('/a', Buffer.from('1'))
  const b = await first.update('/a', a.modRevision, Buffer.from('2'))
  await first.delete('/a', b.modRevision)
  await first.compact(a.modRevision)
  await first.close()
  const second = await openEmbeddedStore({ folder, clock })
  t.equal((await second.get('/a')).revision, b.modRevision + 1)
  t.equal(second.compactedRevision(), a.modRevision)
  const controller = new AbortController()
  const seen: string[] = []
  for await (const batch of second.watch('/', a.modRevision, controller.signal)) {
    seen.push(...batch.events.map((event) => `${event.type} ${event.revision}`))
    if (seen.length === 2) break
  }
  t.same(seen, [`put ${b.modRevision}`, `delete ${b.modRevision + 1}`])
  await second.close()
})

test('embedded: two clusters in one file do not see each other', async (t) => {
  const folder = t.testdir()
  const first = await openEmbeddedStore({ folder, clock, cluster: 'one' })
  await first.create('/a', Buffer.from('1'))
  await first.close()
  const second = await openEmbeddedStore({ folder, clock, cluster: 'two' })
  t.equal((await second.list('/')).objects.length, 0)
  t.equal((await second.create('/a', Buffer.from('1'))).modRevision, 2)
  await second.close()
})

test('embedded: an object with a time to live is deleted after it by the API clock', async (t) => {
  const own = new SteppedClock(1000)
  const store = await openEmbeddedStore({ folder: t.testdir(), clock: own })
  const made = await store.create('/ttl', Buffer.from('1'), { ttlSeconds: 10 })
  own.step(9000)
  await store.expireNow()
  t.ok((await store.get('/ttl')).object)
  own.step(2000)
  await store.expireNow()
  t.notOk((await store.get('/ttl')).object)
  t.equal((await store.get('/ttl')).revision, made.modRevision + 1)
  await store.close()
})

test('embedded: what is old is forgotten, even when no process lives long enough to see it age', async (t) => {
  const folder = t.testdir()
  const own = new SteppedClock(0)
  const history = { ageMs: 1000 }
  const first = await openEmbeddedStore({ folder, clock: own, history })
  const a = await first.create('/a', Buffer.from('1'))
  const b = await first.update('/a', a.modRevision, Buffer.from('2'))
  await first.sampleNow()
  await first.close()
  own.step(2000)
  const second = await openEmbeddedStore({ folder, clock: own, history })
  await second.sampleNow()
  t.equal(second.compactedRevision(), b.modRevision)
  t.equal((await second.list('/')).objects.length, 1)
  await second.close()
})
