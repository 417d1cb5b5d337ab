// Label selectors: parsing the query's text, matching. Upstream: k8s.io/apimachinery/pkg/labels/selector.go.
import { labelValue, qualifiedName } from './names.ts'

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

export interface LabelRequirement {
  key: string
  operator: LabelOperator
  values: readonly string[]
}

export type LabelSelector = readonly LabelRequirement[]

/** A selector's text that does not parse, in upstream's words. */
export class SelectorError extends Error {}

interface Token {
  kind: 'end' | 'identifier' | 'symbol'
  text: string
}

const SYMBOLS = new Set(['!', ')', ',', '==', '=', '>', '<', '!=', '('])
const SPECIAL = '=!(),><'
const SPACE = /[ \t\r\n]/
const OPERATORS = new Map<string, LabelOperator>([
  ['=', '='],
  ['==', '=='],
  ['!=', '!='],
  ['>', 'gt'],
  ['<', 'lt'],
  ['in', 'in'],
  ['notin', 'notin'],
])
const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt'

const tokenize = (text: string): Token[] => {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at] as string
    if (SPACE.test(character)) {
      at++
    } else if (SPECIAL.includes(character)) {
      const two = text.slice(at, at + 2)
      const symbol = two.length === 2 && SYMBOLS.has(two) ? two : character
      tokens.push({ kind: 'symbol', text: symbol })
      at += symbol.length
    } else {
      const start = at
      while (at < text.length && !SPECIAL.includes(text[at] as string) && !SPACE.test(text[at] as string)) at++
      tokens.push({ kind: 'identifier', text: text.slice(start, at) })
    }
  }
  tokens.push({ kind: 'end', text: '' })
  return tokens
}

/** Parses a selector; the empty text selects everything. Throws SelectorError. */
export const parseLabelSelector = (text: string): LabelSelector => new Parser(tokenize(text)).selector()

class Parser {
  readonly #tokens: Token[]
  #at = 0

  constructor(tokens: Token[]) {
    this.#tokens = tokens
  }

  selector(): LabelRequirement[] {
    const requirements: LabelRequirement[] = []
    for (;;) {
      const next = this.#peek()
      if (next.kind === 'end') break
      if (next.kind !== 'identifier' && next.text !== '!')
        throw new SelectorError(`found '${next.text}', expected: !, identifier, or 'end of string'`)
      try {
        requirements.push(this.#requirement())
      } catch (error) {
        throw new SelectorError(`unable to parse requirement: ${(error as Error).message}`)
      }
      const separator = this.#take()
      if (separator.kind === 'end') break
      if (separator.text !== ',') throw new SelectorError(`found '${separator.text}', expected: ',' or 'end of string'`)
      const following = this.#peek()
      if (following.kind !== 'identifier' && following.text !== '!') {
        throw new SelectorError(`found '${following.text}', expected: identifier after ','`)
      }
    }
    return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token
  }

  #take(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  #requirement(): LabelRequirement {
    let token = this.#take()
    const negated = token.text === '!'
    if (negated) token = this.#take()
    if (token.kind !== 'identifier') throw new SelectorError(`found '${token.text}', expected: identifier`)
    const key = token.text
    const keyErrors = qualifiedName(key)
    if (keyErrors.length > 0) throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${keyErrors.join('; ')}`)
    const next = this.#peek()
    if (negated) return { key, operator: '!', values: [] }
    if (next.kind === 'end' || next.text === ',') return { key, operator: 'exists', values: [] }
    return checked({ key, ...this.#operation() })
  }

  #operation(): { operator: LabelOperator; values: string[] } {
    const token = this.#take()
    const operator = OPERATORS.get(token.text)
    if (operator === undefined) throw new SelectorError(`found '${token.text}', expected: ${BINARY_OPERATORS}`)
    return { operator, values: operator === 'in' || operator === 'notin' ? this.#list() : [this.#exact()] }
  }

  #exact(): string {
    const next = this.#peek()
    if (next.kind === 'end' || next.text === ',') return ''
    const token = this.#take()
    if (token.kind !== 'identifier') throw new SelectorError(`found '${token.text}', expected: identifier`)
    return token.text
  }

  #list(): string[] {
    const open = this.#take()
    if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`)
    const first = this.#peek()
    if (first.kind !== 'identifier' && first.text !== ',' && first.text !== ')')
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`)
    const values = new Set<string>()
    for (let token = this.#take(); token.text !== ')'; token = this.#take()) {
      const next = this.#peek()
      if (token.kind === 'identifier') {
        values.add(token.text)
        if (next.text !== ',' && next.text !== ')') throw new SelectorError(`found '${next.text}', expected: ',' or ')'`)
      } else if (token.text === ',') {
        if (values.size === 0 || next.text === ')' || next.text === ',') values.add('')
      } else throw new SelectorError(`found '${token.text}', expected: ',', or identifier`)
    }
    return values.size === 0 ? [''] : [...values].sort()
  }
}

/** Whether strconv.ParseInt takes it. */
const isInt64 = (text: string): boolean => /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, integer(text)) === integer(text)

const integer = (text: string): bigint => BigInt(text.startsWith('+') ? text.slice(1) : text)

const checked = (requirement: LabelRequirement): LabelRequirement => {
  const errors: string[] = []
  requirement.values.forEach((value, index) => {
    if ((requirement.operator === 'gt' || requirement.operator === 'lt') && !isInt64(value)) {
      errors.push(`values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`)
    }
    const messages = labelValue(value)
    if (messages.length > 0)
      errors.push(`values[${index}][${requirement.key}]: Invalid value: ${JSON.stringify(value)}: ${messages.join('; ')}`)
  })
  if (errors.length > 0) throw new SelectorError(errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]`)
  return requirement
}

const meets = (requirement: LabelRequirement, value: string | undefined): boolean => {
  switch (requirement.operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && requirement.values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !requirement.values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    default: {
      if (value === undefined || !isInt64(value)) return false
      const bound = integer(requirement.values[0] as string)
      return requirement.operator === 'gt' ? integer(value) > bound : integer(value) < bound
    }
  }
}

/** Whether labels meet every requirement. */
export const matchesLabels = (selector: LabelSelector, labels: Readonly<Record<string, string>> | undefined): boolean =>
  selector.every((requirement) => {
    const value = labels !== undefined && Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined
    return meets(requirement, value)
  })
