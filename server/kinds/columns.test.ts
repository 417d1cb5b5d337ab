import { test } from 'tap'
import { formatLabels, formatSelector, humanDuration, since } from './columns.ts'

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]

for (const [milliseconds, shown] of [
  [-2 * SECOND, '<invalid>'],
  [-1999, '0s'],
  [0, '0s'],
  [999, '0s'],
  [119_999, '119s'],
  [2 * MINUTE, '2m'],
  [2 * MINUTE + SECOND, '2m1s'],
  [10 * MINUTE - 1, '9m59s'],
  [10 * MINUTE, '10m'],
  [3 * HOUR - 1, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + MINUTE, '3h1m'],
  [8 * HOUR - 1, '7h59m'],
  [8 * HOUR, '8h'],
  [2 * DAY - 1, '47h'],
  [2 * DAY, '2d'],
  [2 * DAY + HOUR, '2d1h'],
  [8 * DAY - 1, '7d23h'],
  [8 * DAY, '8d'],
  [730 * DAY - 1, '729d'],
  [730 * DAY, '2y'],
  [731 * DAY, '2y1d'],
  [8 * 365 * DAY - 1, '7y364d'],
  [8 * 365 * DAY, '8y'],
] as const) {
  test(`${milliseconds} ms are ${shown}`, async (t) => t.equal(humanDuration(milliseconds), shown))
}

test('an age counts from the timestamp, unknown without one', async (t) => {
  t.equal((since('2026-01-02T03:04:05Z') as (now: number) => string)(Date.UTC(2026, 0, 2, 3, 4, 35)), '30s')
  t.equal(since(null), '<unknown>')
})

for (const [labels, shown] of [
  [undefined, '<none>'],
  [{}, '<none>'],
  [{ b: '2', a: '1' }, 'a=1,b=2'],
] as const) {
  test(`labels ${JSON.stringify(labels)} show as ${shown}`, async (t) => t.equal(formatLabels(labels), shown))
}

for (const [selector, shown] of [
  [undefined, '<none>'],
  [{}, '<none>'],
  [{ matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] }, 'a,b=1'],
  [
    {
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['y', 'x'] },
        { key: 'b', operator: 'NotIn', values: ['z'] },
        { key: 'c', operator: 'DoesNotExist' },
      ],
    },
    'a in (x,y),b notin (z),!c',
  ],
] as const) {
  test(`the selector ${JSON.stringify(selector)} shows as ${shown}`, async (t) => t.equal(formatSelector(selector), shown))
}
