import { test } from 'tap'
import { SteppedTimers } from '../apimachinery/machine-clock.ts'
import { WorkQueue } from './work-queue.ts'

test('a key is handed out once, and again after it was added while in hand', async (t) => {
  const queue = new WorkQueue({ timers: new SteppedTimers() })
  queue.add('a')
  queue.add('b')
  queue.add('a')
  t.equal(await queue.take(), 'a')
  queue.add('a')
  queue.add('a')
  t.equal(await queue.take(), 'b')
  const next = queue.take()
  queue.done('b')
  queue.done('a')
  t.equal(await next, 'a')
  t.equal(queue.length, 0)
})

test('failures of a key wait twice as long each time, until it is forgotten', async (t) => {
  const timers = new SteppedTimers()
  const queue = new WorkQueue({ timers, firstMs: 5, maxMs: 15 })
  const waits: (number | undefined)[] = []
  for (let failure = 0; failure < 4; failure++) {
    queue.addRateLimited('a')
    waits.push(timers.nextMs)
    timers.step(15)
    queue.done((await queue.take()) ?? '')
  }
  t.same(waits, [5, 10, 15, 15])
  t.equal(queue.failures('a'), 4)
  queue.forget('a')
  queue.addRateLimited('a')
  t.equal(timers.nextMs, 5)
})

test('when many keys fail they come back ten a second', async (t) => {
  const timers = new SteppedTimers()
  const queue = new WorkQueue({ timers })
  for (let key = 0; key < 110; key++) queue.addRateLimited(String(key))
  timers.step(5)
  t.equal(queue.length, 100)
  timers.step(500)
  t.equal(queue.length, 105)
  timers.step(500)
  t.equal(queue.length, 110)
})

test('of two waits for one key the shorter counts, and a stop ends all', async (t) => {
  const timers = new SteppedTimers()
  const queue = new WorkQueue({ timers })
  queue.addAfter('a', 100)
  queue.addAfter('a', 10)
  queue.addAfter('a', 50)
  t.equal(timers.nextMs, 10)
  timers.step(100)
  t.equal(await queue.take(), 'a')
  const waiting = queue.take()
  queue.addAfter('b', 10)
  queue.shutDown()
  t.equal(await waiting, undefined)
  t.equal(timers.nextMs, undefined)
  queue.add('c')
  t.equal(await queue.take(), undefined)
})
