// Printer columns and what goes into their cells. Upstream: pkg/printers/internalversion.
import { at, type Frozen, type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import type { PrinterColumn } from '../registry/resource-definition.ts'

type Cell = PrinterColumn['value']

/** A column shown always; `wide` ones only with -o wide. */
export const column = (
  name: string,
  type: PrinterColumn['type'],
  value: Cell,
  options: { wide?: boolean; format?: string } = {},
): PrinterColumn => ({
  name,
  type,
  value,
  description: name,
  priority: options.wide ? 1 : 0,
  ...(options.format ? { format: options.format } : {}),
})

export const nameColumn = column('Name', 'string', (object) => object.metadata.name ?? '', { format: 'name' })

/** `5m`, `3d4h`: upstream's HumanDuration. */
export const humanDuration = (milliseconds: number): string => {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (days < 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`
  if (days < 730) return `${days}d`
  const years = Math.trunc(days / 365)
  if (years < 8) return days % 365 === 0 ? `${years}y` : `${years}y${days % 365}d`
  return `${years}y`
}

/** Time since a timestamp, as a function of now; `<unknown>` without one. */
export const since = (timestamp: unknown): string | ((now: number) => string) => {
  if (typeof timestamp !== 'string' || timestamp === '') return '<unknown>'
  const start = Date.parse(timestamp)
  return (now) => humanDuration(now - start)
}

export const ageColumn = column('Age', 'string', (object) => since(object.metadata.creationTimestamp))

export const nameAndAge: readonly PrinterColumn[] = [nameColumn, ageColumn]

/** How many members a map has. */
export const count = (value: unknown): number => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0)

/** An integer at a path, 0 where there is none. */
export const integerAt = (object: Frozen<KubeObject>, ...path: string[]): number => {
  const found = at(object, ...path)
  return typeof found === 'number' ? found : 0
}

/** A text at a path, or a stand-in. */
export const textOr = (object: Frozen<KubeObject>, fallback: string, ...path: string[]): string => textAt(object, ...path) || fallback

/** `a=b,c=d`, `<none>` when empty: labels.FormatLabels. */
export const formatLabels = (labels: unknown): string => {
  const entries = Object.entries((labels ?? {}) as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',')
}

const operators: Record<string, string> = { In: 'in', NotIn: 'notin' }

/** A LabelSelector as kubectl shows it. */
export const formatSelector = (selector: unknown): string => {
  if (selector === undefined || selector === null) return '<none>'
  const labels = Object.entries((at(selector, 'matchLabels') ?? {}) as Record<string, string>).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }))
  const expressions = ((at(selector, 'matchExpressions') ?? []) as { key: string; operator: string; values?: string[] }[]).map(
    ({ key, operator, values }) => {
      if (operator === 'Exists') return { key, text: key }
      if (operator === 'DoesNotExist') return { key, text: `!${key}` }
      return { key, text: `${key} ${operators[operator]} (${[...(values ?? [])].sort().join(',')})` }
    },
  )
  const all = [...labels, ...expressions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return all.length === 0 ? '<none>' : all.map(({ text }) => text).join(',')
}

/** A LabelSelector as a query writes it: nothing for nothing. */
export const selectorText = (selector: unknown): string => {
  const text = formatSelector(selector)
  return text === '<none>' ? '' : text
}

/** Container names and images of a pod template. */
export const containerColumns = (path: readonly string[]): [PrinterColumn, PrinterColumn] => {
  const join = (object: Frozen<KubeObject>, member: string): string =>
    ((at(object, ...path, 'containers') ?? []) as Record<string, string>[]).map((container) => container[member]).join(',')
  return [
    column('Containers', 'string', (object) => join(object, 'name'), { wide: true }),
    column('Images', 'string', (object) => join(object, 'image'), { wide: true }),
  ]
}
