// Field selectors: `metadata.name=x,spec.nodeName!=y`. Which fields a kind has is the kind's to say.
// Upstream: k8s.io/apimachinery/pkg/fields/selector.go.
import { SelectorError } from './label-selector.ts'

export interface FieldRequirement {
  field: string
  equal: boolean
  value: string
}

export type FieldSelector = readonly FieldRequirement[]

const splitTerms = (text: string): string[] => {
  const terms: string[] = []
  let start = 0
  let escaped = false
  for (let at = 0; at < text.length; at++) {
    if (escaped) escaped = false
    else if (text[at] === '\\') escaped = true
    else if (text[at] === ',') {
      terms.push(text.slice(start, at))
      start = at + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

const unescaped = (text: string): string => {
  let result = ''
  const characters = [...text]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string
    if (character === '\\') {
      const next = characters[++at]
      if (next === undefined || !'\\,='.includes(next))
        throw new SelectorError(`invalid field selector: invalid escape sequence: ${next === undefined ? '\\' : `\\${next}`}`)
      result += next
    } else if (character === ',' || character === '=') {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`)
    } else result += character
  }
  return result
}

/** Parses a selector; the empty text selects everything. Throws SelectorError. */
export const parseFieldSelector = (text: string): FieldSelector =>
  splitTerms(text)
    .sort()
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
      if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
      return { field: match[1] as string, equal: match[2] !== '!=', value: unescaped(match[3] as string) }
    })
    .filter(({ field, value }) => field !== '' || value !== '')

/** Whether an object's selectable fields meet every requirement; an absent field counts as ''. */
export const matchesFields = (selector: FieldSelector, fields: Readonly<Record<string, string>>): boolean =>
  selector.every(({ field, equal, value }) => ((Object.hasOwn(fields, field) ? fields[field] : '') === value) === equal)
