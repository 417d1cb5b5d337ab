// What is not compared, and why. A value at a masked path counts as equal to any other value there (its absence still counts), or, with
// `drop`, is left out altogether. The real server against a second real one must agree fully with these and no more.
import { isObject, type Json } from './json-value.ts'

export interface Mask {
  /** Keys from the body's root; `*` is any one key or index, a leading `**` any number of them. */
  readonly path: string
  readonly reason: string
  readonly drop?: true
  /** A list whose order says nothing: compared as a set. */
  readonly unordered?: true
  /** Only in answers about these resources. */
  readonly resources?: readonly string[]
  /** Only in answers to verbs that begin so. */
  readonly verbs?: string
}

export const masks: readonly Mask[] = [
  { path: '**.metadata.uid', reason: 'each server makes its own identities' },
  { path: '**.metadata.resourceVersion', reason: 'each server counts its own writes' },
  { path: '**.metadata.creationTimestamp', reason: 'the clock when the request came' },
  { path: '**.metadata.deletionTimestamp', reason: 'the clock when the request came' },
  { path: '**.metadata.continue', reason: "opaque, holds the server's resourceVersion" },
  { path: '**.metadata.managedFields.*.time', reason: 'the clock when the request came' },
  { path: '**.metadata.managedFields', reason: 'in the order of seconds in which requests came', unordered: true, verbs: 'apply' },
  { path: 'details.uid', reason: 'each server makes its own identities' },
  { path: '**.status.lastPhaseTransitionTime', reason: 'the clock when the request came', resources: ['persistentvolumes'] },
  { path: '**.spec.ports.*.nodePort', reason: 'allocated at random', resources: ['services'] },
  { path: '**.spec.healthCheckNodePort', reason: 'allocated at random', resources: ['services'] },
  { path: 'columnDefinitions.*.description', reason: 'prose, shown by nothing but explain' },
  {
    path: '**.status.conditions',
    reason: 'set by a loop inside the real server some time after the write',
    drop: true,
    resources: ['flowschemas.flowcontrol.apiserver.k8s.io'],
  },
  {
    path: '**.status',
    reason: 'set by a loop inside the real server some time after the write',
    drop: true,
    resources: ['validatingadmissionpolicies.admissionregistration.k8s.io'],
  },
  {
    path: 'status.resourceRules',
    reason: 'made from a map, in no order',
    unordered: true,
    resources: ['selfsubjectrulesreviews.authorization.k8s.io'],
  },
  {
    path: 'status.nonResourceRules',
    reason: 'made from a map, in no order',
    unordered: true,
    resources: ['selfsubjectrulesreviews.authorization.k8s.io'],
  },
  { path: 'items', reason: 'asked in parallel, in no order', unordered: true, resources: ['componentstatuses'] },
  {
    path: '**.status.conditions',
    reason: 'three loops inside the real server add theirs in any order',
    unordered: true,
    resources: ['customresourcedefinitions.apiextensions.k8s.io'],
  },
  { path: 'status.token', reason: 'signed anew for each request', resources: ['serviceaccounts'] },
]

/** In texts wherever they are: replaced by the name. Order matters. */
export const textMasks: readonly { readonly pattern: RegExp; readonly name: string; readonly reason: string }[] = [
  { pattern: /(kube-api-access-)[a-z0-9]{5}\b/g, name: '$1<suffix>', reason: 'names of token volumes, made at random' },
  { pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, name: '<uid>', reason: 'identities in messages' },
  { pattern: /\b10\.96\.\d+\.\d+\b/g, name: '<clusterIP>', reason: 'addresses allocated at random, in messages and table cells' },
  { pattern: /\b(\d+:)3[0-2]\d{3}(?=\/)/g, name: '$1<nodePort>', reason: 'ports allocated at random, in table cells' },
  { pattern: /(resource ?version[^0-9]{0,40})\d+/gi, name: '$1<version>', reason: 'versions in messages' },
  { pattern: /(ResourceVersion in (?:precondition|object meta): )\d+/g, name: '$1<version>', reason: 'versions in messages' },
]

/** Whose validation walks a Go map, so that the errors of one answer come in any order: compared as sets. So are conflicts of applies. */
export const unorderedCauses: readonly string[] = ['horizontalpodautoscalers.autoscaling/v2', 'statefulsets.apps']

interface Compiled {
  readonly mask: Mask
  readonly keys: readonly string[]
  readonly anywhere: boolean
}

const compiled: readonly Compiled[] = masks.map((mask) => {
  const keys = mask.path.split('.')
  return keys[0] === '**' ? { mask, keys: keys.slice(1), anywhere: true } : { mask, keys, anywhere: false }
})

const covers = (rule: Compiled, path: readonly string[]): boolean => {
  const { keys } = rule
  if (path.length < keys.length || (!rule.anywhere && path.length !== keys.length)) return false
  const tail = path.slice(path.length - keys.length)
  return keys.every((key, index) => key === '*' || key === tail[index])
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g
const WHOLE_TIME = new RegExp(`^${TIME.source}$`)
/** The servers' clocks are this machine's; a time is rounded down to its second. */
const SLACK_MS = 2000

export const MASKED = '<masked>'

export class Masker {
  /** How many values each mask hid, by its path. */
  readonly counts = new Map<string, number>()
  readonly #startMs = Date.now()
  #prefix: RegExp | undefined

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  /** The prefix whose generated endings are hidden from now on; '' for none. */
  hideNamesAfter(prefix: string): void {
    this.#prefix = prefix === '' ? undefined : new RegExp(`(${prefix.replaceAll(/[^\w-]/g, '\\$&')})[a-z0-9]{5}`, 'g')
  }

  text(value: string): string {
    let masked = value
    if (this.#prefix) {
      masked = value.replace(this.#prefix, '$1<suffix>')
      if (masked !== value) this.#count('suffixes of generated names')
    }
    if (masked.length > 20) masked = masked.replace(TIME, (time) => (this.#isNow(time) ? '<now>' : time))
    for (const { pattern, name } of textMasks) {
      const next = masked.replace(pattern, name)
      if (next !== masked) this.#count(`text ${pattern.source}`)
      masked = next
    }
    return masked
  }

  /** A copy with the masked values hidden. */
  apply(value: Json, resource: string, verb: string): Json {
    const rules = compiled.filter(
      ({ mask }) =>
        (mask.resources === undefined || mask.resources.includes(resource)) && (mask.verbs === undefined || verb.startsWith(mask.verbs)),
    )
    return this.#walk(value, [], rules)
  }

  #walk(value: Json, path: readonly string[], rules: readonly Compiled[]): Json {
    if (typeof value === 'string') return this.#string(value, path.at(-2) === 'cells')
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((child, index) => this.#child(child, [...path, String(index)], rules) ?? null)
    const entries = Object.entries(value).flatMap(([key, child]) => {
      const masked = child === undefined ? undefined : this.#child(child, [...path, key], rules)
      // Paths of owned fields name items.
      return masked === undefined ? [] : [[key.startsWith('k:') ? this.text(key) : key, masked] as const]
    })
    return Object.fromEntries(entries)
  }

  #child(child: Json, path: readonly string[], rules: readonly Compiled[]): Json | undefined {
    const rule = rules.find((candidate) => covers(candidate, path))
    if (!rule) return this.#walk(child, path, rules)
    this.#count(rule.mask.path)
    if (rule.mask.drop) return undefined
    if (rule.mask.unordered) {
      const walked = this.#walk(child, [...path, ''], rules)
      return Array.isArray(walked)
        ? walked
            .map((item) => ({ item, text: JSON.stringify(item) }))
            .sort((a, b) => (a.text < b.text ? -1 : 1))
            .map(({ item }) => item)
        : walked
    }
    return isObject(child) || child === null || child === '' ? child : MASKED
  }

  #isNow(time: string): boolean {
    const atMs = Date.parse(time)
    return atMs >= this.#startMs - SLACK_MS && atMs <= Date.now() + SLACK_MS
  }

  /** A time while this run lasts is the clock's, not the request's; so is an age in a table's cell. */
  #string(value: string, isCell: boolean): Json {
    if (WHOLE_TIME.test(value) && this.#isNow(value)) {
      this.#count('times during the run')
      return '<now>'
    }
    if (isCell && /^\d{1,3}s$/.test(value)) {
      this.#count('ages in seconds')
      return '<age>'
    }
    return this.text(value)
  }
}
