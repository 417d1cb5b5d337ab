// Resource quantities: parsing, canonical text, comparison. Upstream: k8s.io/apimachinery/pkg/api/resource/quantity.go.
// Upstream keeps a text it finds canonical enough as it was written (`+1`, `1E3`, `1.5e1`), and writes any other anew: `1000m` becomes `1`.

const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const NUMERIC_WRONG = 'unable to parse numeric part of quantity'
const SUFFIX_WRONG = "unable to parse quantity's suffix"

type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** value = unscaled * 10^scale. */
export interface Quantity {
  unscaled: bigint
  scale: number
  format: Format
  /** The text as given, where upstream would write it back. */
  text?: string
}

interface Scanned {
  negative: boolean
  /** Digits before the point without leading zeros, '0' when none are left. */
  whole: string
  fraction: string
  /** Whether there was any digit at all. */
  digits: boolean
  suffix: string
}

const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const binary: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const decimalSuffixes: Record<number, string> = Object.fromEntries(Object.entries(decimal).map(([suffix, power]) => [power, suffix]))
const binarySuffixes = ['', ...Object.keys(binary)]
const NANO = -9
/** The finest that resource lists keep. */
const MILLI = -3
const MAX_BINARY = 2n ** 63n - 1n
/** Upstream has no bound; longer texts would hold the thread. */
const MAX_LENGTH = 4096

const scan = (text: string): Scanned | undefined => {
  const match = /^([+-]?)(0*)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)
  if (!match || text === '') return undefined
  const [, sign, zeros = '', whole = '', fraction = '', suffix = ''] = match
  return { negative: sign === '-', whole: whole || '0', fraction, digits: `${zeros}${whole}${fraction}` !== '', suffix }
}

const interpret = (suffix: string): { power: number; format: Format } | undefined => {
  if (Object.hasOwn(decimal, suffix)) return { power: decimal[suffix] as number, format: 'DecimalSI' }
  if (Object.hasOwn(binary, suffix)) return { power: binary[suffix] as number, format: 'BinarySI' }
  const exponent = /^[eE]([+-]?\d{1,40})$/.exec(suffix)?.[1]
  if (exponent === undefined || BigInt.asIntN(64, BigInt(exponent.replace('+', ''))) !== BigInt(exponent.replace('+', ''))) return undefined
  return { power: Number(BigInt.asIntN(32, BigInt(exponent.replace('+', '')))), format: 'DecimalExponent' }
}

/** Upstream's path for numbers that fit an int64: the only one that keeps the text. */
const small = (text: string, { negative, whole, fraction }: Scanned, power: number, format: Format): Quantity | undefined => {
  const isBinary = format === 'BinarySI'
  const precision = isBinary
    ? fraction === ''
      ? 14 - whole.length - Math.trunc((power * 3) / 10)
      : -1
    : 18 - whole.length - fraction.length
  const scale = (isBinary ? 0 : power) - fraction.length
  if (precision < 0 || scale < NANO) return undefined
  const shifted = whole + fraction
  const value = BigInt(shifted)
  const size = isBinary ? value << BigInt(power) : value
  const kept = isBinary ? (value & 7n) !== 0n : scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0')
  return { unscaled: negative ? -size : size, scale, format, ...(kept ? { text } : {}) }
}

const large = ({ negative, whole, fraction }: Scanned, power: number, format: Format): Quantity => {
  const digits = BigInt(whole + fraction)
  let amount = {
    unscaled: format === 'BinarySI' ? digits << BigInt(power) : digits,
    scale: (format === 'BinarySI' ? 0 : power) - fraction.length,
  }
  amount = roundedUp(amount, NANO)
  if (format === 'BinarySI' && compareAmounts(amount, { unscaled: MAX_BINARY, scale: 0 }) > 0) amount = { unscaled: MAX_BINARY, scale: 0 }
  const below = format === 'BinarySI' && amount.unscaled > 0n && compareAmounts(amount, { unscaled: 1n, scale: 0 }) < 0
  return { unscaled: negative ? -amount.unscaled : amount.unscaled, scale: amount.scale, format: below ? 'DecimalSI' : format }
}

/** Few quantities come up again and again: what was made of them is kept, until there are too many. */
const MOST_KEPT = 1000
const kept = <T>(make: (text: string) => T): ((text: string) => T) => {
  const memory = new Map<string, T>()
  return (text) => {
    let made = memory.get(text)
    if (made === undefined) {
      made = make(text)
      if (memory.size >= MOST_KEPT) memory.clear()
      if (text.length <= MAX_LENGTH) memory.set(text, made)
    }
    return made
  }
}

const parsed = (text: string): Readonly<Quantity> | { error: string } => {
  if (text === '0') return { unscaled: 0n, scale: 0, format: 'DecimalSI', text }
  if (text.length > MAX_LENGTH) return { error: NUMERIC_WRONG }
  const scanned = scan(text)
  if (!scanned) return { error: FORMAT_WRONG }
  const suffix = interpret(scanned.suffix)
  if (!suffix) return { error: SUFFIX_WRONG }
  const quick = small(text, scanned, suffix.power, suffix.format)
  if (quick) return quick
  return scanned.digits ? large(scanned, suffix.power, suffix.format) : { error: NUMERIC_WRONG }
}

/** Parses a quantity. */
export const parseQuantity = kept(parsed)

type Amount = Pick<Quantity, 'unscaled' | 'scale'>

/** To a coarser scale, away from zero. */
const roundedUp = ({ unscaled, scale }: Amount, to: number): Amount => {
  if (scale >= to || unscaled === 0n) return { unscaled, scale: Math.max(scale, to) }
  const size = unscaled < 0n ? -unscaled : unscaled
  const drop = to - scale
  if (drop > MAX_LENGTH * 2) return { unscaled: unscaled < 0n ? -1n : 1n, scale: to }
  const divisor = 10n ** BigInt(drop)
  const rounded = (size + divisor - 1n) / divisor
  return { unscaled: unscaled < 0n ? -rounded : rounded, scale: to }
}

const CANONICAL = /^[1-9]\d?\d?(?:[mkMGTPE]|[KMGTP]i)?$/

/** The text upstream writes back; `resourceList`: rounded up to thousandths first, as SetDefaults_ResourceList does. */
export const canonicalQuantity = (text: string, resourceList = false): { text: string } | { error: string } =>
  resourceList ? roundedText(text) : exactText(text)

const written = (text: string, resourceList: boolean): { text: string } | { error: string } => {
  if (text === '0' || (CANONICAL.test(text) && !text.endsWith('i'))) return { text }
  const quantity = parseQuantity(text)
  if ('error' in quantity) return quantity
  const rounded = resourceList && quantity.scale < MILLI ? { ...roundedUp(quantity, MILLI), format: quantity.format } : quantity
  return { text: formatQuantity(rounded) }
}

const exactText = kept((text) => written(text, false))
const roundedText = kept((text) => written(text, true))

/** The kept text, or the shortest exact one in the quantity's own format. */
export const formatQuantity = (quantity: Quantity): string => {
  const { unscaled, scale, format, text } = quantity
  if (text !== undefined) return text
  if (unscaled === 0n) return '0'
  if (format === 'BinarySI') {
    const size = { unscaled: unscaled < 0n ? -unscaled : unscaled, scale }
    const whole = roundedUp({ unscaled, scale }, 0)
    if (compareAmounts(size, { unscaled: 1024n, scale: 0 }) >= 0 && compareAmounts(whole, quantity) === 0) return binaryText(whole.unscaled)
  }
  return decimalText(quantity, format === 'DecimalExponent')
}

const binaryText = (whole: bigint): string => {
  let value = whole
  let factors = 0
  while (value % 1024n === 0n && factors < 6) {
    value /= 1024n
    factors++
  }
  return `${value}${binarySuffixes[factors]}`
}

/** An exponent past E has no suffix, and upstream then writes none. */
const decimalText = ({ unscaled, scale }: Amount, exponential: boolean): string => {
  let mantissa = unscaled
  let power = scale
  while (mantissa % 10n === 0n) {
    mantissa /= 10n
    power++
  }
  const excess = ((power % 3) + 3) % 3
  mantissa *= 10n ** BigInt(excess)
  power -= excess
  if (exponential) return power === 0 ? String(mantissa) : `${mantissa}e${power}`
  return `${mantissa}${decimalSuffixes[power] ?? ''}`
}

const sign = ({ unscaled }: Amount): number => (unscaled < 0n ? -1 : unscaled > 0n ? 1 : 0)

/** The place of the first digit before the point; amounts may be too far apart to be brought to one scale. */
const magnitude = ({ unscaled, scale }: Amount): number => String(unscaled < 0n ? -unscaled : unscaled).length + scale

const compareAmounts = (first: Amount, second: Amount): number => {
  if (first.scale === second.scale) return first.unscaled < second.unscaled ? -1 : first.unscaled > second.unscaled ? 1 : 0
  if (sign(first) !== sign(second) || sign(first) === 0) return Math.sign(sign(first) - sign(second))
  if (magnitude(first) !== magnitude(second)) return magnitude(first) > magnitude(second) ? sign(first) : -sign(first)
  const scale = Math.min(first.scale, second.scale)
  const difference = first.unscaled * 10n ** BigInt(first.scale - scale) - second.unscaled * 10n ** BigInt(second.scale - scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Below zero, zero or above, as the first is less than, equal to or more than the second; what is no quantity counts as 0. */
export const compareQuantities = (first: string, second: string): number => {
  const zero: Amount = { unscaled: 0n, scale: 0 }
  const [a, b] = [parseQuantity(first), parseQuantity(second)]
  return compareAmounts('error' in a ? zero : a, 'error' in b ? zero : b)
}

/** The amount as a whole number, away from zero where it is none; what is no quantity counts as 0. */
export const quantityValue = (text: string): bigint => {
  const quantity = parseQuantity(text)
  if ('error' in quantity) return 0n
  const { unscaled, scale } = roundedUp(quantity, 0)
  return unscaled * 10n ** BigInt(scale)
}

/** The amount in thousandths, away from zero where it is finer; what is no quantity counts as 0. */
export const quantityMilliValue = (text: string): bigint => {
  const quantity = parseQuantity(text)
  if ('error' in quantity) return 0n
  const { unscaled, scale } = roundedUp(quantity, MILLI)
  return unscaled * 10n ** BigInt(scale - MILLI)
}

/** Whether the amount, rounded up to thousandths, is a whole number. */
export const isWholeQuantity = (text: string): boolean => {
  if (/^\d+(?:[kMGTPE]i?)?$/.test(text)) return true
  const quantity = parseQuantity(text)
  if ('error' in quantity) return true
  const { unscaled, scale } = roundedUp(quantity, MILLI)
  return scale >= 0 || unscaled % 10n ** BigInt(-scale) === 0n
}

const combined = (first: string, second: string, sign: bigint): string => {
  const zero: Quantity = { unscaled: 0n, scale: 0, format: 'DecimalSI' }
  const [a, b] = [parseQuantity(first), parseQuantity(second)].map((quantity) => ('error' in quantity ? zero : quantity)) as [
    Quantity,
    Quantity,
  ]
  const scale = Math.min(a.scale, b.scale)
  const unscaled = a.unscaled * 10n ** BigInt(a.scale - scale) + sign * b.unscaled * 10n ** BigInt(b.scale - scale)
  return formatQuantity({ unscaled, scale, format: a.unscaled === 0n ? b.format : a.format })
}

/** The sum, in the form of the first that is not zero. */
export const addQuantities = (first: string, second: string): string => combined(first, second, 1n)

/** The difference, in the same form as a sum. */
export const subtractQuantities = (first: string, second: string): string => combined(first, second, -1n)
