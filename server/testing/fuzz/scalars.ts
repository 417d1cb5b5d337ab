// Quantities, times and durations: a canonical text stays as it is, and keeps its value.
import { canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from '../../../apimachinery/quantity.ts'
import { canonicalMicroTime, canonicalTime, formatDuration, parseDuration, timeParts } from '../../../apimachinery/time.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { type FuzzSubject, mustBe, mustEqual } from './fuzz-subject.ts'
import { mutatedText } from './mutations.ts'

const SUFFIXES = [
  '',
  'n',
  'u',
  'm',
  'k',
  'M',
  'G',
  'T',
  'P',
  'E',
  'Ki',
  'Mi',
  'Gi',
  'Ti',
  'Pi',
  'Ei',
  'e3',
  'E-7',
  'e+12',
  'e99999',
  'e-99999',
  'constructor',
]
const UNITS = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h', '', 'constructor']
const PIECES = [...SUFFIXES, ...UNITS, '.', '+', '-', '0', '00', '9'.repeat(30), 'T', 'Z', ':', '24', '60', '-07:00', ',']
const TIMES = [
  '2026-01-02T03:04:05Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999Z',
  '2026-01-02T03:04:05.123456+14:00',
  '2024-02-29T00:00:00Z',
]

const digits = (random: FuzzRandom): string =>
  Array.from({ length: 1 + random.below(random.chance(10) ? 60 : 6) }, () => random.below(10)).join('')

const number = (random: FuzzRandom): string =>
  random.pick(['', '', '+', '-']) + digits(random) + (random.chance(2) ? `.${random.chance(5) ? '' : digits(random)}` : '')

const perhaps = (text: string, random: FuzzRandom): string => (random.chance(3) ? mutatedText(text, PIECES, random) : text)

const checkQuantity = (text: string, random: FuzzRandom): void => {
  const parsed = parseQuantity(text)
  for (const resourceList of [false, true]) {
    const found = canonicalQuantity(text, resourceList)
    mustBe('error' in parsed === 'error' in found, () => 'parsing and making canonical disagree')
    if ('error' in found || 'error' in parsed) continue
    mustBe(found.text.length < 2 * text.length + 80, () => `a text grew to ${found.text.length} characters`)
    if (resourceList) continue
    // Past E upstream writes no suffix at all, so the value is lost; the same holds for its BinarySI of fractions.
    if (Math.abs(parsed.scale) > 30 || /[eE]/.test(text)) continue
    const again = canonicalQuantity(found.text)
    mustBe('text' in again, () => `${found.text} is refused`)
    if (formatQuantity(parsed) === found.text && parsed.unscaled < 10n ** 18n && parsed.unscaled > -(10n ** 18n))
      mustBe(compareQuantities(text, found.text) === 0, () => `${found.text} is another amount`)
  }
  const other = number(random) + random.pick(SUFFIXES)
  mustBe(compareQuantities(text, other) === 0 - compareQuantities(other, text), () => `comparing with ${other} depends on the order`)
}

const checkTime = (text: string): void => {
  for (const canonical of [canonicalTime, canonicalMicroTime]) {
    const found = canonical(text)
    // A year that a zone carries past 9999 or below 0 is written, but cannot be read: as upstream does.
    if ('error' in found || found.text === null || !/^\d{4}-/.test(found.text)) continue
    mustEqual(canonical(found.text), found, 'a canonical time changes again')
    const { seconds, nanoseconds } = timeParts(found.text)
    mustBe(Number.isSafeInteger(seconds) && nanoseconds >= 0 && nanoseconds < 1e9, () => `${seconds} s and ${nanoseconds} ns`)
  }
}

const checkDuration = (text: string): void => {
  const found = parseDuration(text)
  if (typeof found === 'object') return
  mustBe(BigInt.asIntN(64, found) === found, () => `${found} ns do not fit`)
  mustEqual(parseDuration(formatDuration(found)), found, 'printed and read again')
}

export const scalarSubject: FuzzSubject = {
  name: 'scalars',
  run: ({ random, show }) => {
    const texts = {
      quantity: perhaps(number(random) + random.pick(SUFFIXES), random),
      time: perhaps(random.pick(TIMES), random),
      duration: perhaps(Array.from({ length: 1 + random.below(3) }, () => digits(random) + random.pick(UNITS)).join(''), random),
    }
    show(texts)
    checkQuantity(texts.quantity, random)
    checkTime(texts.time)
    checkDuration(texts.duration)
  },
}
