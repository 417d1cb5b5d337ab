import { test } from 'tap'
import { type Check, checkText, healthText } from './health.ts'

const well: Check = { name: 'ping', failure: () => undefined }
const ill: Check = { name: 'etcd', failure: () => 'secret reason' }

test('an endpoint over its checks', async (t) => {
  const cases: [what: string, checks: Check[], query: string, status: number, body: string][] = [
    ['well', [well], '', 200, 'ok'],
    ['well, told in full', [well], 'verbose', 200, '[+]ping ok\nreadyz check passed\n'],
    [
      'ill, always told in full, without the reason',
      [well, ill],
      '',
      500,
      '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n',
    ],
    ['ill, but excluded', [well, ill], 'exclude=etcd', 200, 'ok'],
    ['excluded, told in full', [well, ill], 'exclude=etcd&verbose', 200, '[+]ping ok\n[+]etcd excluded: ok\nreadyz check passed\n'],
    [
      'names that are no checks, in order',
      [well],
      'exclude=foo&exclude=bar&verbose',
      200,
      '[+]ping ok\nwarn: some health checks cannot be excluded: no matches for "bar","foo"\nreadyz check passed\n',
    ],
  ]
  for (const [what, checks, query, status, body] of cases) {
    const answer = healthText('readyz', checks, new URLSearchParams(query))
    t.same([answer.status, String(answer.body)], [status, body], what)
    t.equal(answer.headers?.['x-content-type-options'], 'nosniff')
  }
})

test('a check by its own path tells its reason', async (t) => {
  t.match(checkText(well), { status: 200, body: Buffer.from('ok'), headers: {} })
  t.match(checkText(ill), { status: 500, body: Buffer.from('internal server error: secret reason\n') })
})
