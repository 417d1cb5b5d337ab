// Paths as upstream's errors write them: `.spec.containers[name="web"].image`. Upstream: structured-merge-diff fieldpath/element.go String.
import { goQuote, goText } from '../../apimachinery/go-text.ts'
import { parseJson } from '../../apimachinery/json-parse.ts'
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'

const valueText = (value: Value): string => {
  if (value === null) return 'null'
  if (typeof value === 'string') return goQuote(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`
  if (!isMap(value)) return goText(value)
  return Object.entries(value)
    .map(([name, member]) => `${name}=${valueText(member as Value)}`)
    .join('')
}

/** One step. */
export const elementText = (element: string): string => {
  const rest = element.slice(2)
  switch (element[0]) {
    case 'f':
      return `.${rest}`
    case 'k':
      return `[${Object.entries(parseJson(rest, false).value as ValueMap)
        .map(([name, value]) => `${name}=${valueText(value as Value)}`)
        .join(',')}]`
    case 'v':
      return `[=${valueText(parseJson(rest, false).value)}]`
    default:
      return `[${rest}]`
  }
}

export const pathText = (path: readonly string[]): string => path.map(elementText).join('')
