// IP addresses and ranges of them: what may be written, what is only warned of, and the one canonical spelling.
// Upstream: k8s.io/apimachinery/pkg/util/validation/ip.go, ValidateEndpointIP; k8s.io/utils/net for what old parsers let pass.
import { isIPv4, isIPv6 } from 'node:net'
import { invalidValue } from '../../../apimachinery/field-error.ts'
import type { Errors } from './checks.ts'

export interface Address {
  /** 4 bytes, or 16 where the text is IPv6, mapped IPv4 addresses included. */
  bytes: readonly number[]
  /** Written with leading zeros, which only old parsers overlook. */
  sloppy: boolean
  /** IPv6 around an IPv4 address. */
  mapped: boolean
}

export interface AddressRange {
  address: Address
  /** The address without the bits past the prefix. */
  network: readonly number[]
  prefix: number
  sloppy: boolean
}

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const NO_RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
const sloppyV4 = /^\d+\.\d+\.\d+\.\d+$/
const digits = /^\d{1,7}$/

const bytesOfV4 = (text: string): number[] => text.split('.').map(Number)

const groupsOf = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => {
        if (!group.includes('.')) return [Number.parseInt(group, 16)]
        const [a = 0, b = 0, c = 0, d = 0] = bytesOfV4(group)
        return [a * 256 + b, c * 256 + d]
      })

const bytesOfV6 = (text: string): number[] => {
  const [head = '', tail] = text.split('::')
  const first = groupsOf(head)
  const last = tail === undefined ? [] : groupsOf(tail)
  const groups = tail === undefined ? first : [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
  return groups.flatMap((group) => [group >> 8, group & 255])
}

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.length === 16 && bytes[10] === 255 && bytes[11] === 255 && bytes.every((byte, index) => index > 9 || byte === 0)

/** An address in any spelling that was ever allowed; undefined where the text is none. */
export const parseAddress = (text: string): Address | undefined => {
  if (isIPv4(text)) return { bytes: bytesOfV4(text), sloppy: false, mapped: false }
  if (sloppyV4.test(text)) {
    const bytes = bytesOfV4(text)
    return bytes.every((byte) => byte <= 255) ? { bytes, sloppy: true, mapped: false } : undefined
  }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const bytes = bytesOfV6(text)
  return { bytes, sloppy: false, mapped: isMapped(bytes) }
}

/** The longest run of zero groups, if there are two at least. */
const longestGap = (groups: readonly number[]): { start: number; length: number } => {
  let best = { start: -1, length: 1 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (start + length < groups.length && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

const textOfV6 = (bytes: readonly number[]): string => {
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2] as number) * 256 + (bytes[index * 2 + 1] as number))
  const { start, length } = longestGap(groups)
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

/** The canonical text; of a mapped address the IPv4 one. */
export const addressText = (bytes: readonly number[]): string =>
  bytes.length === 4 ? bytes.join('.') : isMapped(bytes) ? bytes.slice(12).join('.') : textOfV6(bytes)

/** `10.0.0.0/8` in any spelling that was ever allowed. */
export const parseRange = (text: string): AddressRange | undefined => {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseAddress(text.slice(0, slash))
  const length = text.slice(slash + 1)
  if (!address || !digits.test(length) || Number(length) > address.bytes.length * 8) return undefined
  const prefix = Number(length)
  const network = address.bytes.map((byte, index) => byte & (0xff << Math.min(8, Math.max(0, 8 * (index + 1) - prefix))) & 255)
  return { address, network, prefix, sloppy: address.sloppy || (length.length > 1 && length.startsWith('0')) }
}

/** The canonical text of the network. */
export const rangeText = ({ network, prefix }: AddressRange): string =>
  `${addressText(network)}/${isMapped(network) && prefix >= 96 ? prefix - 96 : prefix}`

/** Whether an address belongs to the newer family, as its text shows. */
export const isV6Text = (text: string): boolean => text.includes(':') && parseAddress(text)?.mapped === false

const strictErrors = (address: Address | undefined, text: string, path: string, errors: Errors): void => {
  if (!address) errors.push(invalidValue(path, text, NO_ADDRESS))
  else if (address.sloppy) errors.push(invalidValue(path, text, 'must not have leading 0s'))
  else if (address.mapped) errors.push(invalidValue(path, text, 'must not be an IPv4-mapped IPv6 address'))
}

/** An address in any spelling but those that programs read differently; what was there before passes. */
export const checkAddress = (text: string, path: string, errors: Errors, before: readonly string[] = []): void => {
  if (!isIPv4(text) && !before.includes(text)) strictErrors(parseAddress(text), text, path, errors)
}

/** An address in its canonical spelling. */
export const checkCanonicalAddress = (text: string, path: string, errors: Errors): void => {
  if (isIPv4(text)) return
  const address = parseAddress(text)
  const found = errors.length
  strictErrors(address, text, path, errors)
  if (address && errors.length === found && addressText(address.bytes) !== text)
    errors.push(invalidValue(path, text, `must be in canonical form (${JSON.stringify(addressText(address.bytes))})`))
}

/** An address that other machines can reach. */
export const checkEndpointAddress = (text: string, path: string, errors: Errors): void => {
  const address = parseAddress(text)
  if (!address) {
    errors.push(invalidValue(path, text, 'must be a valid IP address'))
    return
  }
  const bytes = address.mapped ? address.bytes.slice(12) : address.bytes
  const [a, b, c] = bytes as [number, number, number]
  const v4 = bytes.length === 4
  const zeros = bytes.slice(0, -1).every((byte) => byte === 0)
  if (zeros && bytes.at(-1) === 0) errors.push(invalidValue(path, text, `may not be unspecified (${text})`))
  if (v4 ? a === 127 : zeros && bytes.at(-1) === 1)
    errors.push(invalidValue(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  if (v4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80)
    errors.push(invalidValue(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  if (v4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2)
    errors.push(invalidValue(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
}

/** What is said of addresses that pass and should be written otherwise. */
export const addressWarnings = (path: string, text: string): string[] => {
  if (isIPv4(text)) return []
  const address = parseAddress(text)
  if (!address) return []
  const canonical = JSON.stringify(addressText(address.bytes))
  const quoted = JSON.stringify(text)
  if (address.sloppy || address.mapped) return [`${path}: non-standard IP address ${quoted} is invalid: use ${canonical}`]
  return canonical === quoted ? [] : [`${path}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${canonical})`]
}

const strictRangeErrors = (range: AddressRange | undefined, text: string, path: string, errors: Errors): void => {
  if (!range) errors.push(invalidValue(path, text, NO_RANGE))
  else if (range.sloppy) errors.push(invalidValue(path, text, 'must not have leading 0s in IP or prefix length'))
  else if (range.address.mapped) errors.push(invalidValue(path, text, 'must not have an IPv4-mapped IPv6 address'))
  else if (range.network.some((byte, index) => byte !== range.address.bytes[index]))
    errors.push(invalidValue(path, text, 'must not have bits set beyond the prefix length'))
}

/** A range in any spelling but those that programs read differently; what was there before passes. */
export const checkRange = (text: string, path: string, errors: Errors, before: readonly string[] = []): void => {
  if (!before.includes(text)) strictRangeErrors(parseRange(text), text, path, errors)
}

/** A range in its canonical spelling. */
export const checkCanonicalRange = (text: string, path: string, errors: Errors): void => {
  const range = parseRange(text)
  const found = errors.length
  strictRangeErrors(range, text, path, errors)
  if (range && errors.length === found && rangeText(range) !== text)
    errors.push(invalidValue(path, text, `must be in canonical form (${JSON.stringify(rangeText(range))})`))
}

/** What is said of ranges that pass and should be written otherwise. */
export const rangeWarnings = (path: string, text: string): string[] => {
  const range = parseRange(text)
  if (!range) return []
  const { address, network, prefix, sloppy } = range
  const [quoted, canonical] = [JSON.stringify(text), JSON.stringify(rangeText(range))]
  const warnings: string[] = []
  if (addressText(address.bytes) !== addressText(network)) {
    const single = JSON.stringify(`${addressText(address.bytes)}/${address.bytes.length * 8}`)
    warnings.push(`${path}: CIDR value ${quoted} is ambiguous in this context (should be ${canonical} or ${single}?)`)
  }
  if (sloppy || address.mapped) warnings.push(`${path}: non-standard CIDR value ${quoted} is invalid: use ${canonical}`)
  const own = JSON.stringify(`${addressText(address.bytes)}/${prefix}`)
  if (warnings.length === 0 && address.bytes.length === 16 && own !== quoted)
    warnings.push(`${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${own})`)
  return warnings
}
