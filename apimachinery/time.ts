// Timestamps and durations as Go reads and writes them. Upstream: metav1.Time, metav1.MicroTime, time.ParseDuration.

const LAYOUT = '2006-01-02T15:04:05Z07:00'
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00'

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/

/** Which part of the layout a bad text fails at: Go names what is left of both. */
const parseFailure = (text: string, layout: string): string => {
  const parts: [RegExp, string][] = [
    [/^\d{4}/, '2006'], [/^-/, '-'], [/^\d\d/, '01'], [/^-/, '-'], [/^\d\d/, '02'], [/^T/, 'T'], [/^\d\d/, '15'],
    [/^:/, ':'], [/^\d\d/, '04'], [/^:/, ':'], [/^\d\d/, '05'], [/^(?:[.,]\d+)?/, ''], [/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'],
  ]
  let rest = text
  for (const [pattern, element] of parts) {
    const match = pattern.exec(rest)
    if (!match) return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`
    rest = rest.slice(match[0].length)
  }
  if (rest !== '') return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`
  return ''
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const rangeFailure = (text: string, match: RegExpExecArray): string => {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const out = month < 1 || month > 12 ? 'month' : hour > 23 ? 'hour' : minute > 59 ? 'minute' : second > 59 ? 'second' : day < 1 || day > daysIn(year, month) ? 'day' : ''
  return out === '' ? '' : `parsing time ${JSON.stringify(text)}: ${out} out of range`
}

const parse = (text: string, layout: string): { seconds: number; fraction: string } | { error: string } => {
  const match = RFC3339.exec(text)
  if (!match) return { error: parseFailure(text, layout) || `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse` }
  const error = rangeFailure(text, match)
  if (error !== '') return { error }
  return { seconds: Date.parse(`${text.slice(0, 19)}${match[8]}`) / 1000, fraction: match[7] ?? '' }
}

const written = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19)

/** Canonical text of a metav1.Time: UTC, whole seconds. */
export const canonicalTime = (text: string): { text: string } | { error: string } => {
  if (text.length === 20 && text.endsWith('Z') && RFC3339.test(text) && rangeFailure(text, RFC3339.exec(text) as RegExpExecArray) === '') return { text }
  const parsed = parse(text, LAYOUT)
  return 'error' in parsed ? parsed : { text: `${written(parsed.seconds)}Z` }
}

/** Canonical text of a metav1.MicroTime: UTC, six decimals. */
export const canonicalMicroTime = (text: string): { text: string } | { error: string } => {
  const parsed = parse(text, MICRO_LAYOUT)
  return 'error' in parsed ? parsed : { text: `${written(parsed.seconds)}.${parsed.fraction.slice(0, 6).padEnd(6, '0')}Z` }
}

/** Text of a time in seconds and nanoseconds since the epoch, as protobuf carries it. */
export const timeFromParts = (seconds: number, nanos: number, micro: boolean): string =>
  micro ? `${written(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${written(seconds)}Z`

const units: Record<string, bigint> = { ns: 1n, us: 1000n, µs: 1000n, μs: 1000n, ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n }

/** Nanoseconds of a Go duration text, or Go's error. */
export const parseDuration = (text: string): bigint | { error: string } => {
  const invalid = { error: `time: invalid duration ${JSON.stringify(text)}` }
  const match = /^([+-]?)(.*)$/s.exec(text)
  let rest = match?.[2] ?? ''
  if (rest === '0') return 0n
  if (rest === '') return invalid
  let total = 0n
  while (rest !== '') {
    const part = /^(\d*)(?:\.(\d*))?/.exec(rest)
    const [number = '', whole = '', fraction = ''] = part ?? []
    if (whole === '' && fraction === '') return invalid
    rest = rest.slice(number.length)
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? ''
    if (unit === '') return { error: `time: missing unit in duration ${JSON.stringify(text)}` }
    const size = units[unit]
    if (size === undefined) return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}` }
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length)
    if (total > 2n ** 63n) return invalid
    rest = rest.slice(unit.length)
  }
  return match?.[1] === '-' ? -total : total
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
  const fraction = String(value % scale).padStart(String(scale).length - 1, '0').replace(/0+$/, '')
  return `${value / scale}${fraction === '' || scale === 1n ? '' : `.${fraction}`}`
}
