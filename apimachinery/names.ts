// What names, labels and other short texts may look like, and upstream's words when they don't.
// Upstream: k8s.io/apimachinery/pkg/util/validation, pkg/api/validation/path. Each check returns messages; none means it fits.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+'

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)
const labelPattern = whole(LABEL)
const subdomainPattern = whole(SUBDOMAIN)
const label1035Pattern = whole(LABEL_1035)
const qualifiedPattern = whole(QUALIFIED)
const labelValuePattern = whole(LABEL_VALUE)
const configMapKeyPattern = whole(CONFIG_MAP_KEY)

/** Upstream has two of these: names count characters, labels bytes; both mean bytes. */
const tooManyCharacters = (maximum: number): string => `must be no more than ${maximum} characters`
const tooManyBytes = (maximum: number): string => `must be no more than ${maximum} bytes`

const shown = (examples: readonly string[]): string =>
  examples.length === 0 ? '' : `e.g. ${examples.map((example) => `'${example}', `).join(' or ')}`

const regexMessage = (message: string, pattern: string, ...examples: string[]): string =>
  `${message} (${shown(examples)}regex used for validation is '${pattern}')`

const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
const LABEL_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
const QUALIFIED_MESSAGE = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const CONFIG_MAP_KEY_MESSAGE = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"

export type NameCheck = (name: string, prefix?: boolean) => string[]

/** Of UTF-8 for a UTF-16 code unit, at most. */
const BYTES_A_UNIT = 3

/** In UTF-8, which is counted only where it may be too much. */
const isLonger = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * BYTES_A_UNIT > bytes && Buffer.byteLength(text) > bytes)

/** A name that only has to be complete with a suffix may end in a dash. */
const masked = (name: string, prefix: boolean): string => (prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name)

export const dns1123Label: NameCheck = (name, prefix = false) => {
  const text = masked(name, prefix)
  const errors = isLonger(text, 63) ? [tooManyCharacters(63)] : []
  if (!labelPattern.test(text)) {
    errors.push(subdomainPattern.test(text) ? 'must not contain dots' : regexMessage(LABEL_MESSAGE, LABEL, 'my-name', '123-abc'))
  }
  return errors
}

export const dns1123Subdomain: NameCheck = (name, prefix = false) => {
  const text = masked(name, prefix)
  const errors = isLonger(text, 253) ? [tooManyCharacters(253)] : []
  if (!subdomainPattern.test(text)) errors.push(regexMessage(SUBDOMAIN_MESSAGE, SUBDOMAIN, 'example.com'))
  return errors
}

/** As declarative checks have it: names are counted in bytes, and what one was generated from is left alone. */
export const declaredLongName: NameCheck = (name, prefix = false) =>
  prefix ? [] : dns1123Subdomain(name).map((message) => (message === tooManyCharacters(253) ? tooManyBytes(253) : message))

export const dns1035Label: NameCheck = (name, prefix = false) => {
  const text = masked(name, prefix)
  const errors = isLonger(text, 63) ? [tooManyCharacters(63)] : []
  if (!label1035Pattern.test(text)) errors.push(regexMessage(LABEL_1035_MESSAGE, LABEL_1035, 'my-name', 'abc-123'))
  return errors
}

/** RBAC names: anything that can stand in a path. */
export const pathSegment: NameCheck = (name, prefix = false) => {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`]
  return ['/', '%'].filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`)
}

/** Keys are the same few on all objects of a cluster: those that were found well need not be looked at again. */
const knownNames = new Set<string>()
const MAX_KNOWN = 4096

/** `example.com/name` or `name`: label and annotation keys. */
export const qualifiedName = (text: string): string[] => {
  if (knownNames.has(text)) return []
  const errors = qualifiedNameErrors(text)
  if (errors.length === 0) {
    if (knownNames.size >= MAX_KNOWN) knownNames.clear()
    // A copy: what was cut out of a longer text would keep all of it.
    knownNames.add(Buffer.from(text, 'latin1').toString('latin1'))
  }
  return errors
}

const qualifiedNameErrors = (text: string): string[] => {
  const errors: string[] = []
  const parts = text.split('/')
  let name = parts[0] as string
  if (parts.length === 2) {
    const prefix = parts[0] as string
    name = parts[1] as string
    if (prefix === '') errors.push('prefix part must be non-empty')
    else
      errors.push(
        ...dns1123Subdomain(prefix).map((message) => `prefix part ${message === tooManyCharacters(253) ? tooManyBytes(253) : message}`),
      )
  } else if (parts.length > 2) {
    return [
      `a valid label key ${regexMessage(QUALIFIED_MESSAGE, QUALIFIED, 'MyName', 'my.name', '123-abc')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  if (name === '') errors.push('name part must be non-empty')
  else if (isLonger(name, 63)) errors.push(`name part ${tooManyBytes(63)}`)
  if (!qualifiedPattern.test(name)) errors.push(`name part ${regexMessage(QUALIFIED_MESSAGE, QUALIFIED, 'MyName', 'my.name', '123-abc')}`)
  return errors
}

export const labelValue = (text: string): string[] => {
  const errors = isLonger(text, 63) ? [tooManyBytes(63)] : []
  if (!labelValuePattern.test(text)) errors.push(regexMessage(LABEL_VALUE_MESSAGE, LABEL_VALUE, 'MyValue', 'my_value', '12345'))
  return errors
}

export const configMapKey = (text: string): string[] => {
  const errors = isLonger(text, 253) ? [tooManyCharacters(253)] : []
  if (!configMapKeyPattern.test(text)) errors.push(regexMessage(CONFIG_MAP_KEY_MESSAGE, CONFIG_MAP_KEY, 'key.name', 'KEY_NAME', 'key-name'))
  if (text === '.') errors.push("must not be '.'")
  else if (text === '..') errors.push("must not be '..'")
  else if (text.startsWith('..')) errors.push("must not start with '..'")
  return errors
}
