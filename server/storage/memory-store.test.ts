import { test } from 'tap'
import { SteppedClock } from '../../apimachinery/clock.ts'
import { MemoryStore } from './memory-store.ts'
import { claims } from './store.suite.ts'

for (const [claim, run] of claims) {
  test(`memory: ${claim}`, async (t) => {
    const store = new MemoryStore(new SteppedClock(0))
    await run(store, t)
    await store.close()
  })
}
