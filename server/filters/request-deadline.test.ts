import { test } from 'tap'
import type { RequestContext } from '../http/request-context.ts'
import { requestInfo } from '../http/request-info.ts'
import { allowedMs, isLongRunning, requestDeadline } from './request-deadline.ts'

for (const [timeout, milliseconds] of [
  ['', 60_000],
  ['timeout=', 60_000],
  ['timeout=0s', 60_000],
  ['timeout=-1s', 60_000],
  ['timeout=1h', 60_000],
  ['timeout=1.5s', 1500],
  ['timeout=2s&timeout=bogus', 2000],
] as const) {
  test(`?${timeout} allows ${milliseconds} ms`, async (t) => t.equal(allowedMs(new URLSearchParams(timeout)), milliseconds))
}

for (const [timeout, why] of [
  ['bogus', 'time: invalid duration "bogus"'],
  ['1', 'time: missing unit in duration "1"'],
  ['1e3s', 'time: unknown unit "e" in duration "1e3s"'],
  [' 1s', 'time: invalid duration " 1s"'],
] as const) {
  test(`a timeout of ${JSON.stringify(timeout)} is refused in upstream's words`, async (t) =>
    t.throws(() => allowedMs(new URLSearchParams({ timeout })), {
      code: 400,
      message: `invalid timeout specified in the request URL - ${why}`,
    }))
}

for (const [url, long] of [
  ['/api/v1/pods?watch=1', true],
  ['/api/v1/watch/pods', true],
  ['/api/v1/namespaces/x/pods/y/log', true],
  ['/api/v1/namespaces/x/pods/y/exec', true],
  ['/debug/pprof/profile', true],
  ['/api/v1/pods', false],
  ['/api/v1/namespaces/x/pods/y/status', false],
  ['/healthz', false],
] as const) {
  test(`${url} ${long ? 'may run for long' : 'has a deadline'}`, async (t) => t.equal(isLongRunning(requestInfo('GET', url)), long))
}

test('a handler without an end is answered for when its time is over, and not before', async (t) => {
  const events: string[] = []
  let finish = (): void => undefined
  const exchange = {
    expire: (status: number, _headers: unknown, body: Uint8Array) => {
      events.push(`${status} ${Buffer.from(body)}`)
      finish()
    },
  }
  const context = { exchange, id: 'x', info: requestInfo('GET', '/api/v1/pods?timeout=5ms'), warnings: [] } as unknown as RequestContext
  await requestDeadline()(context, () => {
    events.push('begun')
    return new Promise((resolve) => (finish = resolve))
  })
  t.same(events, [
    'begun',
    '504 {"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n',
  ])
})

test('a request that is done in time is not answered for, and nothing waits for its deadline', async (t) => {
  let expired = 0
  const context = { exchange: { expire: () => expired++ }, info: requestInfo('GET', '/api/v1/pods') } as unknown as RequestContext
  await requestDeadline()(context, async () => undefined)
  t.equal(expired, 0)
  t.notOk(process.getActiveResourcesInfo().includes('Timeout'))
})
