// Timestamps and durations as Go reads and writes them. Upstream: metav1.Time, metav1.MicroTime, Go's time.Parse and time.ParseDuration.

const LAYOUT = '2006-01-02T15:04:05Z07:00'
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00'
/** Seconds of Go's zero time, 0001-01-01T00:00:00Z: it is written as null. */
const ZERO_SECONDS = -62135596800

/** Go's quote in package time: every byte outside ASCII and every control character as \xNN. */
const quote = (text: string): string =>
  `"${[...Buffer.from(text)]
    .map((byte) => {
      if (byte >= 0x80 || byte < 0x20) return `\\x${byte.toString(16).padStart(2, '0')}`
      return byte === 0x22 || byte === 0x5c ? `\\${String.fromCharCode(byte)}` : String.fromCharCode(byte)
    })
    .join('')}"`

interface Parsed {
  seconds: number
  /** Digits after the point. */
  fraction: string
}

interface Element {
  layout: string
  pattern: RegExp
  /** The word upstream uses when the number is out of range. */
  outOfRange?: (match: RegExpExecArray) => string | undefined
}

const within =
  (word: string, low: number, high: number) =>
  (match: RegExpExecArray): string | undefined =>
    Number(match[0]) < low || Number(match[0]) > high ? word : undefined
const dash: Element = { layout: '-', pattern: /^-/ }
const colon: Element = { layout: ':', pattern: /^:/ }
const zone: Element = {
  layout: 'Z07:00',
  pattern: /^(?:Z|([+-])(\d\d):(\d\d))/,
  outOfRange: (match) =>
    Number(match[2] ?? 0) > 24 ? 'time zone offset hour' : Number(match[3] ?? 0) > 60 ? 'time zone offset minute' : undefined,
}

/** A layout's parts in order; a missing fraction is an empty match. */
const elementsOf = (fraction: Element): readonly Element[] => [
  { layout: '2006', pattern: /^\d{4}/ },
  dash,
  { layout: '01', pattern: /^\d\d/, outOfRange: within('month', 1, 12) },
  dash,
  { layout: '02', pattern: /^\d\d/ },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d\d?/, outOfRange: within('hour', 0, 23) },
  colon,
  { layout: '04', pattern: /^\d\d/, outOfRange: within('minute', 0, 59) },
  colon,
  { layout: '05', pattern: /^\d\d/, outOfRange: within('second', 0, 59) },
  fraction,
  zone,
]
const timeElements = elementsOf({ layout: '', pattern: /^(?:[.,](\d+))?/ })
const microElements = elementsOf({ layout: '.000000', pattern: /^[.,](\d{6})/ })

/** Year, month, day, hour, minute, second. */
type Six = [number, number, number, number, number, number]

const midnight = (year: number, month: number, day: number): Date => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date
}

const parse = (text: string, layout: string, elements: readonly Element[]): Parsed | { error: string } => {
  const found: RegExpExecArray[] = []
  let rest = text
  for (const element of elements) {
    const match = element.pattern.exec(rest)
    if (!match) return { error: `parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element.layout)}` }
    const word = element.outOfRange?.(match)
    if (word !== undefined) return { error: `parsing time ${quote(text)}: ${word} out of range` }
    found.push(match)
    rest = rest.slice(match[0].length)
  }
  if (rest !== '') return { error: `parsing time ${quote(text)}: extra text: ${quote(rest)}` }
  const [year, month, day, hour, minute, second] = [0, 2, 4, 6, 8, 10].map((index) => Number(found[index]?.[0])) as Six
  const date = midnight(year, month, day)
  if (date.getUTCDate() !== day) return { error: `parsing time ${quote(text)}: day out of range` }
  const offset = found[12] as RegExpExecArray
  const offsetSeconds = (Number(offset[2] ?? 0) * 60 + Number(offset[3] ?? 0)) * 60 * (offset[1] === '-' ? -1 : 1)
  return { seconds: date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offsetSeconds, fraction: found[11]?.[1] ?? '' }
}

const written = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  const year = date.getUTCFullYear()
  const text = date.toISOString()
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}${text.slice(-20, -5)}`
}

/** Every day of these years but 29 February. */
const COMMON_DAY = '20\\d\\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)'
const COMMON = new RegExp(`^${COMMON_DAY}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$`)

const isZero = ({ seconds, fraction }: Parsed): boolean => seconds === ZERO_SECONDS && /^0*$/.test(fraction.slice(0, 9))

/** Canonical text of a metav1.Time: UTC, whole seconds, for upstream's store drops the rest; null for Go's zero time. */
export const canonicalTime = (text: string): { text: string | null } | { error: string } => {
  if (COMMON.test(text)) return { text }
  const parsed = parse(text, LAYOUT, timeElements)
  if ('error' in parsed) return parsed
  return { text: parsed.seconds === ZERO_SECONDS ? null : `${written(parsed.seconds)}Z` }
}

/** Canonical text of a metav1.MicroTime: UTC, six decimals, which the text must have too; null for Go's zero time. */
export const canonicalMicroTime = (text: string): { text: string | null } | { error: string } => {
  const parsed = parse(text, MICRO_LAYOUT, microElements)
  if ('error' in parsed) return parsed
  return { text: isZero(parsed) ? null : `${written(parsed.seconds)}.${parsed.fraction}Z` }
}

/** The largest count of seconds that a Date holds. */
export const MAX_TIME_SECONDS = 8.64e12

/** Text of seconds (within MAX_TIME_SECONDS) and nanoseconds since the epoch, as protobuf carries them; null for Go's zero time. */
export const timeFromParts = (seconds: number, nanos: number, micro: boolean): string | null => {
  if (!micro) return seconds === ZERO_SECONDS ? null : `${written(seconds)}Z`
  const micros = Math.trunc(nanos / 1000)
  const carry = Math.floor(micros / 1_000_000)
  const rest = micros - carry * 1_000_000
  if (seconds + carry === ZERO_SECONDS && rest === 0) return null
  return `${written(seconds + carry)}.${String(rest).padStart(6, '0')}Z`
}

const USUAL_LENGTH = '2006-01-02T15:04:05'.length

/** Date.parse reads years of four digits only; a zone may have carried a time past them. */
const secondsOf = (text: string): number => {
  if (text.length === USUAL_LENGTH) return Date.parse(`${text}Z`) / 1000
  const rest = text.slice(-'-01-02T15:04:05'.length)
  const [year, month, day, hour, minute, second] = [text.slice(0, -rest.length), ...rest.slice(1).split(/[-T:]/)].map(Number) as Six
  return midnight(year, month, day).getTime() / 1000 + hour * 3600 + minute * 60 + second
}

/** Seconds since the epoch and the nanoseconds beyond them of a canonical time's text. */
export const timeParts = (text: string): { seconds: number; nanoseconds: number } => {
  const point = text.indexOf('.')
  if (point < 0) return { seconds: secondsOf(text.slice(0, -1)), nanoseconds: 0 }
  return { seconds: secondsOf(text.slice(0, point)), nanoseconds: Number(text.slice(point + 1, -1).padEnd(9, '0')) }
}

const units: Record<string, bigint> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const MOST = 2n ** 63n

/** The fraction's nanoseconds, with the digits that fit an int64 and in floating point, as Go has it. */
const fractionOf = (digits: string, unit: bigint): bigint => {
  let value = 0n
  let scale = 1
  for (const digit of digits) {
    if (value > (MOST - 1n) / 10n) break
    const next = value * 10n + BigInt(digit)
    if (next > MOST) break
    value = next
    scale *= 10
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
}

/** Nanoseconds of a Go duration text, or Go's error. */
export const parseDuration = (text: string): bigint | { error: string } => {
  const invalid = { error: `time: invalid duration ${quote(text)}` }
  const match = /^([+-]?)(.*)$/s.exec(text)
  let rest = match?.[2] ?? ''
  if (rest === '0') return 0n
  if (rest === '') return invalid
  let total = 0n
  while (rest !== '') {
    const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? []
    if ((whole === '' && fraction === '') || (/^0*(\d*)$/.exec(whole)?.[1]?.length as number) > 19) return invalid
    if (BigInt(whole || '0') > MOST) return invalid
    rest = rest.slice(number.length)
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? ''
    if (unit === '') return { error: `time: missing unit in duration ${quote(text)}` }
    const size = Object.hasOwn(units, unit) ? (units[unit] as bigint) : undefined
    if (size === undefined) return { error: `time: unknown unit ${quote(unit)} in duration ${quote(text)}` }
    total += BigInt(whole || '0') * size + fractionOf(fraction, size)
    if (total > MOST) return invalid
    rest = rest.slice(unit.length)
  }
  if (match?.[1] === '-') return -total
  return total === MOST ? invalid : total
}

/** `1h0m0s`: Go's Duration.String. */
export const formatDuration = (nanoseconds: bigint): string => {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (size < 1_000_000_000n) {
    const [unit, scale] = size < 1000n ? ['ns', 1n] : size < 1_000_000n ? ['µs', 1000n] : ['ms', 1_000_000n]
    return `${sign}${decimalOf(size, scale as bigint)}${unit}`
  }
  const hours = size / 3_600_000_000_000n
  const minutes = (size / 60_000_000_000n) % 60n
  const seconds = `${decimalOf(size % 60_000_000_000n, 1_000_000_000n)}s`
  return `${sign}${hours > 0n ? `${hours}h` : ''}${hours > 0n || minutes > 0n ? `${minutes}m` : ''}${seconds}`
}

const decimalOf = (value: bigint, scale: bigint): string => {
  const fraction =
    scale === 1n
      ? ''
      : String(value % scale)
          .padStart(String(scale).length - 1, '0')
          .replace(/0+$/, '')
  return `${value / scale}${fraction === '' ? '' : `.${fraction}`}`
}
