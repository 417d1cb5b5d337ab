// Paths as upstream's errors write them: `.spec.containers[name="web"].image`. Upstream: structured-merge-diff fieldpath/element.go String.
import { goQuote, goText } from '../../apimachinery/go-text.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'

const valueText = (value: Value): string => (value === null ? 'null' : typeof value === 'string' ? goQuote(value) : goText(value))

/** One step. */
export const elementText = (element: string): string => {
  const rest = element.slice(2)
  switch (element[0]) {
    case 'f':
      return `.${rest}`
    case 'k':
      return `[${Object.entries(JSON.parse(rest) as ValueMap)
        .map(([name, value]) => `${name}=${valueText(value as Value)}`)
        .join(',')}]`
    case 'v':
      return `[=${valueText(JSON.parse(rest) as Value)}]`
    default:
      return `[${rest}]`
  }
}

export const pathText = (path: readonly string[]): string => path.map(elementText).join('')
