import { test } from 'tap'
import {
  addressWarning,
  envVarName,
  httpHeaderName,
  ipAddress,
  isDecimalInteger,
  percent,
  portName,
  underscoredSubdomain,
} from './text-checks.ts'

for (const [name, check, fits, faulty] of [
  ['port names', portName, ['http', 'a-1'], ['', '1', 'A', 'a--b', '-a', 'a'.repeat(16)]],
  ['environment variables', envVarName, ['a', '1 b', '~'], ['', 'a=b', 'é', 'a\tb']],
  ['headers', httpHeaderName, ['X-A1'], ['', 'a b']],
  ['percentages', percent, ['0%', '150%'], ['1', '%', '-1%']],
  [
    'addresses',
    ipAddress,
    ['1.2.3.4', '::1', 'FE80::1', '::1.2.3.4'],
    ['', 'a', '1.2.3', '01.2.3.4', '::ffff:1.2.3.4', '::ffff:102:304', 'fe80::1%eth0'],
  ],
  ['search domains', underscoredSubdomain, ['a_b.c', '_a'], ['', 'A', 'a..b', 'a'.repeat(254)]],
] as const) {
  test(name, async (t) => {
    for (const text of fits) t.same(check(text), [], text)
    for (const text of faulty) t.not(check(text).length, 0, text)
  })
}

test('what is wrong with an address depends on how it is wrong', async (t) => {
  t.same(ipAddress('010.0.0.1'), ['must not have leading 0s'])
  t.same(ipAddress('::ffff:1.2.3.4'), ['must not be an IPv4-mapped IPv6 address'])
  t.same(ipAddress('x'), ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'])
})

test('addresses in old spellings are pointed out', async (t) => {
  t.equal(addressWarning('FE80::0001'), 'IPv6 address "FE80::0001" should be in RFC 5952 canonical format ("fe80::1")')
  t.equal(addressWarning('fe80::1'), undefined)
  t.equal(addressWarning('1.2.3.4'), undefined)
})

test('decimal integers have no plus and no leading zeros', async (t) => {
  for (const text of ['0', '-1', '10']) t.ok(isDecimalInteger(text), text)
  for (const text of ['', '+1', '01', '-0', '1.0', 'a']) t.notOk(isDecimalInteger(text), text)
})
