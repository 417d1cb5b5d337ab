// Printer columns and what goes into their cells. Upstream: pkg/printers/internalversion.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import type { PrinterColumn } from '../registry/resource-definition.ts'

type Cell = PrinterColumn['value']

/** What a kind shows, by the name of the column. */
export type Cells = Readonly<Record<string, Cell>>

/** A column as the tables have it: openapi/v1.36/columns.json, by group/Kind; `*` has those of kinds without their own. */
export interface ColumnFact {
  name: string
  type: PrinterColumn['type']
  format?: string
  priority?: number
  description: string
}

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

/** Go's zero time, as it is written. */
const ZERO_TIME = '0001-01-01T00:00:00Z'

/** Shown by kinds that do not say otherwise. */
const commonCells: Cells = {
  Name: (object) => object.metadata.name ?? '',
  Age: (object) => since(object.metadata.creationTimestamp),
  'Created At': (object) => object.metadata.creationTimestamp ?? ZERO_TIME,
}

/** The tables' columns with the kind's cells; `unnamed` ones stand in every row and have no column. Throws where the two do not match. */
export const printerColumns = (facts: readonly ColumnFact[], cells: Cells, unnamed: readonly Cell[]): PrinterColumn[] => {
  const stray = Object.keys(cells).find((name) => !facts.some((fact) => fact.name === name))
  if (stray !== undefined) throw new Error(`there is no column ${stray}`)
  const named = facts.map(({ name, type, format = '', priority = 0, description }) => {
    const value = cells[name] ?? commonCells[name]
    if (!value) throw new Error(`nothing says what column ${name} shows`)
    return { name, type, format, description, priority, value }
  })
  return [...named, ...unnamed.map((value): PrinterColumn => ({ name: '', type: 'string', description: '', priority: 0, value }))]
}

/** The name of a class, marked where one of the annotations says that it is the default. */
export const classNameCell =
  (...annotations: readonly string[]): Cell =>
  ({ metadata }) =>
    `${metadata.name ?? ''}${annotations.some((annotation) => metadata.annotations?.[annotation] === 'true') ? ' (default)' : ''}`

/** How many members a map has. */
export const count = (value: unknown): number => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0)

/** An integer at a path, 0 where there is none. */
export const integerAt = (object: Frozen<KubeObject>, ...path: string[]): number => {
  const found = at(object, ...path)
  return typeof found === 'number' ? found : 0
}

/** A text at a path, or a stand-in where it is empty or absent. */
export const textOr = (object: Frozen<KubeObject>, fallback: string, ...path: string[]): string => textAt(object, ...path) || fallback

/** A text at a path, empty too, or a stand-in where there is none: upstream's pointers. */
export const textIfSet = (value: unknown, fallback: string, ...path: (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : fallback
}

/** Addresses of a load balancer's ingress points, each once, in order. */
export const balancerAddresses = (object: Frozen<KubeObject>): string[] => {
  const points = listAt(object, 'status', 'loadBalancer', 'ingress')
  return [...new Set(points.map((point) => textAt(point, 'ip') || textAt(point, 'hostname')))].filter((address) => address !== '').sort()
}

const SHOWN = 3

/** The first three of a list, and how many more there are. */
export const firstFew = (list: readonly string[]): string =>
  list.length > SHOWN ? `${list.slice(0, SHOWN).join(',')} + ${list.length - SHOWN} more...` : list.join(',') || '<unset>'

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
export const containerCells = (...path: readonly string[]): Cells => {
  const join = (object: Frozen<KubeObject>, member: string): string =>
    ((at(object, ...path, 'containers') ?? []) as Record<string, string>[]).map((container) => container[member] ?? '').join(',')
  return { Containers: (object) => join(object, 'name'), Images: (object) => join(object, 'image') }
}
