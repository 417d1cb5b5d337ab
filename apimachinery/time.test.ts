import { test } from 'tap'
import { canonicalMicroTime, canonicalTime, formatDuration, parseDuration, timeFromParts, timeParts } from './time.ts'

const LAYOUT = '2006-01-02T15:04:05Z07:00'
const MICRO = '2006-01-02T15:04:05.000000Z07:00'

for (const [given, written] of [
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05.999Z', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05,5Z', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05Z'],
  ['2026-01-02T03:04:05+24:00', '2026-01-01T03:04:05Z'],
  ['2026-01-02T03:04:05+01:60', '2026-01-02T01:04:05Z'],
  ['2026-01-02T3:59:59Z', '2026-01-02T03:59:59Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['0050-01-02T23:59:59Z', '0050-01-02T23:59:59Z'],
  ['9999-12-31T23:59:59-01:00', '10000-01-01T00:59:59Z'],
  ['0000-01-01T00:00:00+01:00', '-0001-12-31T23:00:00Z'],
  ['0001-01-01T00:00:00Z', null],
  ['0001-01-01T01:00:00+01:00', null],
  ['0001-01-01T00:00:00.5Z', null],
] as const) {
  test(`the time ${given} is written as ${written}`, async (t) => t.same(canonicalTime(given), { text: written }))
}

for (const [given, error] of [
  ['', `parsing time "" as "${LAYOUT}": cannot parse "" as "2006"`],
  ['2026', `parsing time "2026" as "${LAYOUT}": cannot parse "" as "-"`],
  ['2026-01-02 03:04:05Z', `parsing time "2026-01-02 03:04:05Z" as "${LAYOUT}": cannot parse " 03:04:05Z" as "T"`],
  ['2026-01-02T03:04:05', `parsing time "2026-01-02T03:04:05" as "${LAYOUT}": cannot parse "" as "Z07:00"`],
  ['2026-01-02T03:04:05.Z', `parsing time "2026-01-02T03:04:05.Z" as "${LAYOUT}": cannot parse ".Z" as "Z07:00"`],
  ['2026-01-02T03:04:05Zx', 'parsing time "2026-01-02T03:04:05Zx": extra text: "x"'],
  ['2026-13-02T03:04:05Z', 'parsing time "2026-13-02T03:04:05Z": month out of range'],
  ['2026-02-29T03:04:05Z', 'parsing time "2026-02-29T03:04:05Z": day out of range'],
  ['2026-01-02T24:04:05Z', 'parsing time "2026-01-02T24:04:05Z": hour out of range'],
  ['2026-01-02T03:04:05+25:00', 'parsing time "2026-01-02T03:04:05+25:00": time zone offset hour out of range'],
  ['é"\u0001', `parsing time "\\xc3\\xa9\\"\\x01" as "${LAYOUT}": cannot parse "\\xc3\\xa9\\"\\x01" as "2006"`],
] as const) {
  test(`the time ${JSON.stringify(given)} is refused in Go's words`, async (t) => t.same(canonicalTime(given), { error }))
}

test('a micro time must have six decimals and keeps them', async (t) => {
  t.same(canonicalMicroTime('2026-01-02T03:04:05.123456+02:00'), { text: '2026-01-02T01:04:05.123456Z' })
  t.same(canonicalMicroTime('0001-01-01T00:00:00.000000Z'), { text: null })
  t.same(canonicalMicroTime('2026-01-02T03:04:05Z'), {
    error: `parsing time "2026-01-02T03:04:05Z" as "${MICRO}": cannot parse "Z" as ".000000"`,
  })
  t.same(canonicalMicroTime('2026-01-02T03:04:05.1234567Z'), {
    error: `parsing time "2026-01-02T03:04:05.1234567Z" as "${MICRO}": cannot parse "7Z" as "Z07:00"`,
  })
})

test('seconds and nanoseconds become a text, nanoseconds cut to micros', async (t) => {
  t.equal(timeFromParts(0, 0, false), '1970-01-01T00:00:00Z')
  t.equal(timeFromParts(1, 1_999_999, true), '1970-01-01T00:00:01.001999Z')
  t.equal(timeFromParts(1, -1_000_000_000, true), '1970-01-01T00:00:00.000000Z')
  t.equal(timeFromParts(-62135596800, 5, false), null)
})

for (const [given, written] of [
  ['0', '0s'],
  ['1s', '1s'],
  ['-1h', '-1h0m0s'],
  ['1.5h', '1h30m0s'],
  ['1h30m', '1h30m0s'],
  ['.5s', '500ms'],
  ['5.s', '5s'],
  ['1us', '1µs'],
  ['1μs', '1µs'],
  ['1.9ns', '1ns'],
  ['0.3333333333333333333h', '20m0s'],
  ['2562047h47m16.854775807s', '2562047h47m16.854775807s'],
  ['-9223372036854775808ns', '-2562047h47m16.854775808s'],
  ['9007199254740993ns', '2501h59m59.254740993s'],
] as const) {
  test(`the duration ${given} is written as ${written}`, async (t) => {
    const parsed = parseDuration(given)
    t.equal(typeof parsed === 'bigint' ? formatDuration(parsed) : parsed.error, written)
  })
}

for (const [given, error] of [
  ['', 'time: invalid duration ""'],
  ['.s', 'time: invalid duration ".s"'],
  ['1', 'time: missing unit in duration "1"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['--1s', 'time: invalid duration "--1s"'],
  ['1é', 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"'],
  ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
  ['99999999999999999999s', 'time: invalid duration "99999999999999999999s"'],
  ['1toString', 'time: unknown unit "toString" in duration "1toString"'],
] as const) {
  test(`the duration ${JSON.stringify(given)} is refused in Go's words`, async (t) => t.same(parseDuration(given), { error }))
}

for (const [text, seconds] of [
  ['2026-01-02T03:04:05Z', 1767323045],
  ['9999-12-31T23:59:59-07:00', 253402325999],
  ['0000-01-01T00:00:00+14:00', -62167269600],
] as const) {
  test(`the canonical text of ${text} counts ${seconds} seconds`, async (t) => {
    const canonical = canonicalTime(text) as { text: string }
    t.same(timeParts(canonical.text), { seconds, nanoseconds: 0 })
  })
}

test('every day of a year is taken, and none besides', async (t) => {
  for (const year of [2024, 2026])
    for (let month = 1; month <= 12; month++)
      for (let day = 1; day <= 31; day++) {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T03:04:05Z`
        const exists = new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1
        t.same(canonicalTime(text), exists ? { text } : { error: `parsing time "${text}": day out of range` })
      }
})
