// Requests that come together begin a share a turn, in their order; none is lost, none waits for ever. Time passes when it is told to.
import t from 'tap'
import { Turns } from './turns.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Turns after which only what was measured counts. */
const LEARNING = 40

/** Turns with a clock of their own; each request takes so many milliseconds. */
class Bench {
  now = 0
  readonly turns = new Turns(() => this.now)
  readonly begun: number[] = []

  ask(count: number, ms: number): void {
    const first = this.begun.length
    for (let index = first; index < first + count; index++)
      this.turns.begin(() => {
        this.now += ms
        this.begun.push(index)
      })
  }

  /** Turn by turn, how many have begun, until as many have. */
  async until(count: number): Promise<number[]> {
    const counts = [this.begun.length]
    while (this.begun.length < count) {
      await turn()
      counts.push(this.begun.length)
    }
    await turn()
    return counts
  }

  /** One request a turn, until it is known what they take. */
  async learn(ms: number): Promise<void> {
    for (let count = 1; count <= LEARNING; count++) {
      this.ask(1, ms)
      await this.until(count)
    }
  }
}

t.test('a burst is spread over turns, in order', async (t) => {
  const bench = new Bench()
  bench.ask(24, 5)
  const counts = await bench.until(24)
  t.equal(counts[0], 1, 'before anything was measured, one')
  for (let at = 1; at < counts.length; at++) t.ok((counts[at] as number) - (counts[at - 1] as number) <= 4, '20 ms of them a turn at most')
  t.same(
    bench.begun,
    Array.from({ length: 24 }, (_, index) => index),
  )
})

t.test('cheap ones do not wait', async (t) => {
  const bench = new Bench()
  await bench.learn(0.1)
  bench.ask(16, 0.1)
  t.equal(bench.begun.length, LEARNING + 16)
})

t.test('a turn that has already taken long begins no more', async (t) => {
  const bench = new Bench()
  await bench.learn(0.1)
  bench.ask(1, 0.1)
  bench.now += 30
  bench.ask(1, 0.1)
  t.equal(bench.begun.length, LEARNING + 1)
  await bench.until(LEARNING + 2)
})

t.test('what is done once for many waits until the last of a burst began, for some turns', async (t) => {
  const bench = new Bench()
  bench.ask(12, 5)
  const all = new Promise<number>((resolve) => bench.turns.whenCaughtUp(() => resolve(bench.begun.length), 100))
  t.equal(await all, 12)
  bench.ask(100, 20)
  const some = new Promise<number>((resolve) => bench.turns.whenCaughtUp(() => resolve(bench.begun.length)))
  t.ok((await some) < 112)
  await bench.until(112)
})

t.test('a long job is not interrupted at first, and holds nobody up for ever', async (t) => {
  const bench = new Bench()
  const done = bench.turns.longJob()
  bench.ask(3, 1)
  for (let count = 0; count < 20; count++) await turn()
  t.equal(bench.begun.length, 0, 'they wait')
  bench.now += 40
  const counts = await bench.until(3)
  for (let at = 1; at < counts.length; at++) t.ok((counts[at] as number) - (counts[at - 1] as number) <= 1, 'one a turn')
  done()
  bench.ask(1, 1)
  await bench.until(4)
  t.equal(bench.begun.length, 4, 'after it they begin again')
})
