import { test } from 'tap'
import { after } from '../../apimachinery/machine-clock.ts'
import { flushAtTurnEnd, flushSoon } from './turn-end.ts'

test('what is told soon is told once, before what waits for the same news; what is told at the end of the turn comes after', async (t) => {
  const told: string[] = []
  const [soon, late] = [{ flush: () => void told.push('soon') }, { flush: () => void told.push('late') }]
  await new Promise<void>((resolve) => {
    after(
      1,
      () => {
        flushAtTurnEnd(late)
        flushSoon(soon)
        flushSoon(soon)
        flushAtTurnEnd(late)
        void Promise.resolve().then(() => told.push('answer'))
        after(1, resolve, true)
      },
      true,
    )
  })
  t.same(told, ['soon', 'answer', 'late'])
})
