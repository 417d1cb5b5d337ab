import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import {
  addressWarnings,
  checkAddress,
  checkCanonicalAddress,
  checkCanonicalRange,
  checkEndpointAddress,
  checkRange,
  isV6Text,
  rangeWarnings,
} from './addresses.ts'
import type { Errors } from './checks.ts'

type Run = (text: string, path: string, errors: Errors) => void

const bad = (text: string, detail: string): string => `p: Invalid value: ${JSON.stringify(text)}: ${detail}`
const canonical = (text: string): string => `must be in canonical form ("${text}")`

const cases: readonly [string, Run, string, string | undefined][] = [
  ['address', checkAddress, '10.9.8.7', undefined],
  ['address', checkAddress, '2001:DB8:0::1', undefined],
  ['address', checkAddress, '10.9.8', 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ['address', checkAddress, '10.9.8.256', 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ['address', checkAddress, 'fe80::1%eth0', 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ['address', checkAddress, '010.9.8.7', 'must not have leading 0s'],
  ['address', checkAddress, '::ffff:1.2.3.4', 'must not be an IPv4-mapped IPv6 address'],
  ['canonical address', checkCanonicalAddress, '2001:db8::1', undefined],
  ['canonical address', checkCanonicalAddress, '2001:db8:0:0:0:0:0:1', canonical('2001:db8::1')],
  ['canonical address', checkCanonicalAddress, '1:0:0:2:0:0:0:3', canonical('1:0:0:2::3')],
  ['canonical address', checkCanonicalAddress, '2001:DB8::', canonical('2001:db8::')],
  ['endpoint', checkEndpointAddress, '10.0.0.1', undefined],
  ['endpoint', checkEndpointAddress, '2001:db8::1', undefined],
  ['endpoint', checkEndpointAddress, '0.0.0.0', 'may not be unspecified (0.0.0.0)'],
  ['endpoint', checkEndpointAddress, '127.1.2.3', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ['endpoint', checkEndpointAddress, '::1', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ['endpoint', checkEndpointAddress, 'fe80::1', 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  ['endpoint', checkEndpointAddress, '224.0.0.9', 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ['endpoint', checkEndpointAddress, 'here', 'must be a valid IP address'],
  ['range', checkRange, '10.0.0.0/8', undefined],
  ['range', checkRange, '0.0.0.0/0', undefined],
  ['range', checkRange, '2001:db8::/33', undefined],
  ['range', checkRange, '10.0.0.0', 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ['range', checkRange, '10.0.0.0/33', 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ['range', checkRange, '10.0.0.0/08', 'must not have leading 0s in IP or prefix length'],
  ['range', checkRange, '::ffff:1.2.3.0/120', 'must not have an IPv4-mapped IPv6 address'],
  ['range', checkRange, '10.0.0.1/30', 'must not have bits set beyond the prefix length'],
  ['canonical range', checkCanonicalRange, '2001:db8::/32', undefined],
  ['canonical range', checkCanonicalRange, '2001:DB8::/32', canonical('2001:db8::/32')],
]

for (const [kind, run, text, detail] of cases) {
  test(`${text} as ${kind}: ${detail ?? 'fits'}`, async (t) => {
    const errors: Errors = []
    run(text, 'p', errors)
    t.same(errors.map(fieldErrorMessage), detail === undefined ? [] : [bad(text, detail)])
  })
}

test('what was there before passes', async (t) => {
  const errors: Errors = []
  checkAddress('010.9.8.7', 'p', errors, ['010.9.8.7'])
  checkRange('10.0.0.1/8', 'p', errors, ['10.0.0.1/8'])
  t.same(errors, [])
})

const warned: readonly [(path: string, text: string) => string[], string, string | undefined][] = [
  [addressWarnings, '10.0.0.1', undefined],
  [addressWarnings, '010.0.0.1', 'p: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"'],
  [addressWarnings, '2001:DB8::1', 'p: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")'],
  [rangeWarnings, '10.0.0.0/8', undefined],
  [rangeWarnings, '10.0.0.1/8', 'p: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'],
  [rangeWarnings, '::ffff:1.2.3.0/120', 'p: non-standard CIDR value "::ffff:1.2.3.0/120" is invalid: use "1.2.3.0/24"'],
  [rangeWarnings, '2001:DB8::/32', 'p: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")'],
]

for (const [run, text, expected] of warned)
  test(`${text}: ${expected ?? 'no warning'}`, async (t) => void t.same(run('p', text), expected === undefined ? [] : [expected]))

test('a mapped address is of the older family', async (t) => {
  t.same(['::1', '::ffff:1.2.3.4', '1.2.3.4'].map(isV6Text), [true, false, false])
})
