// Texts that are no object names: ports, environment variables, headers, percentages, addresses. Each gives messages; none means it fits.
// Upstream: k8s.io/apimachinery/pkg/util/validation.
import { isIPv4, isIPv6 } from 'node:net'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'

const NONE: readonly string[] = []

const portCharacters = /^[-a-z0-9]+$/
const letter = /[a-z]/

export const portName = (name: string): readonly string[] => {
  const messages: string[] = []
  if (Buffer.byteLength(name) > 15) messages.push('must be no more than 15 characters')
  if (!portCharacters.test(name)) messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!letter.test(name)) messages.push('must contain at least one letter (a-z)')
  if (name.includes('--')) messages.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) messages.push('must not begin or end with a hyphen')
  return messages
}

const printable = /^[\x20-\x3c\x3e-\x7e]*$/

/** Any printable ASCII but `=`. */
export const envVarName = (name: string): readonly string[] => {
  if (name === '') return ['environment variable name must be non-empty']
  if (printable.test(name)) return NONE
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

const header = /^[-A-Za-z0-9]+$/

export const httpHeaderName = (name: string): readonly string[] =>
  header.test(name)
    ? NONE
    : [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ]

const percentage = /^[0-9]+%$/

export const percent = (text: string): readonly string[] =>
  percentage.test(text)
    ? NONE
    : [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ]

const LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const underscored = new RegExp(`^(?:${SUBDOMAIN})$`)

/** A DNS subdomain that may have underscores. */
export const underscoredSubdomain = (text: string): readonly string[] => {
  if (underscored.test(text) && text.length <= 253) return NONE
  const messages = dns1123Subdomain(text).filter((message) => message.startsWith('must be'))
  if (!underscored.test(text))
    messages.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
    )
  return messages
}

const sloppyV4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/
const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

/** Leading zeros that old parsers overlooked: `010.0.0.1`. */
const hasLeadingZeros = (text: string): boolean => {
  const parts = sloppyV4.exec(text)?.slice(1)
  return parts?.every((part) => Number(part) <= 255 && /^0*\d{1,3}$/.test(part)) ?? false
}

/** IPv6 that only wraps an IPv4 address: `::ffff:1.2.3.4`. */
const isMapped = (text: string): boolean => {
  const groups = /^(.*:)(\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/i.exec(text)
  return groups !== null && /^(?:::|(?:0{1,4}:){5}|(?:0{1,4}:)*:(?:0{1,4}:)*)ffff:$/i.test(groups[1] as string)
}

/** An address in any spelling; not with zones, leading zeros or an IPv4 address in disguise. */
export const ipAddress = (text: string): readonly string[] => {
  if (isIPv4(text)) return NONE
  if (isIPv6(text) && !text.includes('%')) return isMapped(text) ? ['must not be an IPv4-mapped IPv6 address'] : NONE
  return [hasLeadingZeros(text) ? 'must not have leading 0s' : NO_ADDRESS]
}

/** Decimal digits without a plus or leading zeros. */
export const isDecimalInteger = (text: string): boolean => /^(?:0|-?[1-9]\d*)$/.test(text)

/** The canonical spelling of an IPv6 address, by the rules of RFC 5952. */
const canonicalIpv6 = (text: string): string => new URL(`http://[${text}]/`).hostname.slice(1, -1)

/** What to say of an address in an old spelling. */
export const addressWarning = (address: string): string | undefined => {
  if (isIPv4(address)) return undefined
  if (!isIPv6(address) || address.includes('%')) return undefined
  const canonical = canonicalIpv6(address)
  return canonical === address
    ? undefined
    : `IPv6 address ${JSON.stringify(address)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`
}
