// Random patches of an object that is there: JSON patches over its paths, strategic ones with lists by merge key and with directives.
// Some are meant to be refused. The same object and seed give the same patch.
import { isObject, type Json, type JsonObject, pathsOf, valueAt } from './json-value.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Members by which upstream's lists merge, likeliest first. */
const MERGE_KEYS = ['name', 'mountPath', 'containerPort', 'port', 'key', 'ip', 'uid', 'type', 'devicePath', 'topologyKey']
const SERVERS_OWN = /^metadata(?:$|\/(?:managedFields|uid|resourceVersion|creationTimestamp|generation|name|namespace))/

const changeable = (held: JsonObject): string[][] =>
  pathsOf(held).filter(
    (path) => !SERVERS_OWN.test(path.join('/')) && path[0] !== 'kind' && path[0] !== 'apiVersion' && path[0] !== 'status',
  )

/** A value of the same sort as another, or of a wrong one now and then. */
const likeness = (value: Json | undefined, random: SeededRandom): Json => {
  if (random.chance(0.08)) return random.pick<Json>([null, 7, 'text', true, [], {}, ['text'], { name: 'text' }])
  if (typeof value === 'string') return random.pick([`${value}x`, 'changed', '', value])
  if (typeof value === 'number') return random.pick([value + 1, 0, 1, value])
  if (typeof value === 'boolean') return !value
  return value ?? 'changed'
}

const pointer = (path: readonly string[]): string => path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const operation = (held: JsonObject, random: SeededRandom): JsonObject => {
  const places = changeable(held)
  const place = random.pick(places)
  const value = valueAt(held, ...place)
  const path = random.chance(0.07) ? `${pointer(place)}/nowhere/at/all` : pointer(place)
  const from = pointer(random.pick(places))
  const inside = Array.isArray(value) ? `${path}/${random.pick(['-', '0', '1', '7', '-1'])}` : isObject(value) ? `${path}/added` : path
  return random.pick<() => JsonObject>([
    () => ({ op: 'replace', path, value: likeness(value, random) }),
    () => ({ op: 'replace', path, value: likeness(value, random) }),
    () => ({ op: 'add', path: inside, value: Array.isArray(value) ? (value[0] ?? 'text') : likeness(value, random) }),
    () => ({ op: 'add', path, value: likeness(value, random) }),
    () => ({ op: 'remove', path }),
    () => ({ op: 'test', path, value: random.chance(0.7) ? (value as Json) : likeness(value, random) }),
    () => ({ op: 'copy', from, path }),
    () => ({ op: 'move', from, path }),
    () => ({ op: random.pick(['swap', '', 'Add']), path, value: 'x' }),
  ])()
}

/** One to three operations. */
export const randomJsonPatch = (held: JsonObject, random: SeededRandom): Json =>
  Array.from({ length: 1 + random.below(3) }, () => operation(held, random))

/** A patch that holds `change` at a path; list items on the way are named by their merge key. */
const nested = (held: Json | undefined, path: readonly string[], change: Json): Json | undefined => {
  const [part, ...rest] = path
  if (part === undefined) return change
  const below = nested(Array.isArray(held) ? held[Number(part)] : isObject(held) ? held[part] : undefined, rest, change)
  if (below === undefined) return undefined
  if (!Array.isArray(held)) return { [part]: below }
  const item = held[Number(part)]
  if (!isObject(item)) return [below]
  const key = MERGE_KEYS.find((name) => item[name] !== undefined)
  return key === undefined || !isObject(below) ? [below] : [{ [key]: item[key], ...below }]
}

const mergeKeyOf = (list: Json[]): string | undefined => {
  const [first] = list
  return isObject(first) ? MERGE_KEYS.find((name) => first[name] !== undefined) : undefined
}

/** Changes that only a strategic patch knows, for the value at a place. */
const directive = (
  value: Json | undefined,
  member: string,
  random: SeededRandom,
): { inside: Json } | { beside: JsonObject } | undefined => {
  if (Array.isArray(value)) {
    const key = mergeKeyOf(value)
    const [first] = value
    if (key !== undefined && isObject(first)) {
      return random.pick<() => { inside: Json } | { beside: JsonObject }>([
        () => ({ inside: [{ $patch: 'delete', [key]: first[key] }] }),
        () => ({ inside: [{ [key]: 'another' }, { $patch: 'replace' }] }),
        () => ({ inside: [{ ...first, [key]: 'another' }] }),
        () => ({
          beside: { [`$setElementOrder/${member}`]: [{ [key]: 'another' }, { [key]: first[key] }], [member]: [{ [key]: 'another' }] },
        }),
        () => ({
          beside: { [`$setElementOrder/${member}`]: value.map((item) => (isObject(item) ? { [key]: item[key] } : item)).reverse() },
        }),
        () => ({ inside: [{ $patch: 'merge', [key]: first[key] }] }),
        () => ({ inside: [{ $patch: 'nonsense', [key]: first[key] }] }),
        () => ({ inside: [{ $patch: 'delete' }] }),
      ])()
    }
    return random.pick<() => { inside: Json } | { beside: JsonObject }>([
      () => ({ beside: { [`$deleteFromPrimitiveList/${member}`]: [first ?? 'text'] } }),
      () => ({ inside: ['another'] }),
      () => ({ beside: { [`$setElementOrder/${member}`]: [...value, 'another'], [member]: ['another'] } }),
    ])()
  }
  if (!isObject(value)) return undefined
  const members = Object.keys(value)
  return random.pick<() => { inside: Json }>([
    () => ({ inside: { $patch: 'replace', ...(random.chance(0.5) ? value : {}) } }),
    () => ({ inside: { $patch: 'delete' } }),
    () => ({ inside: { $patch: 'sideways' } }),
    () => ({ inside: { $retainKeys: members.slice(0, 1), ...Object.fromEntries(members.slice(0, 1).map((name) => [name, value[name]])) } }),
    () => ({ inside: { $retainKeys: ['elsewhere'], ...value } }),
  ])()
}

/** One change, with a directive in two of three. */
export const randomStrategicPatch = (held: JsonObject, random: SeededRandom): Json => {
  const places = changeable(held)
  const place = random.pick(places)
  const value = valueAt(held, ...place)
  const member = place.at(-1) as string
  const special = random.chance(0.67) ? directive(value, member, random) : undefined
  if (special && 'beside' in special && Number.isNaN(Number(member))) return nested(held, place.slice(0, -1), special.beside) ?? {}
  const change = special && 'inside' in special ? special.inside : random.chance(0.2) ? null : likeness(value, random)
  return nested(held, place, change) ?? {}
}

const isSame = (a: Json, b: Json): boolean => {
  if (!isObject(a) || !isObject(b)) return a === b
  const key = MERGE_KEYS.find((name) => a[name] !== undefined)
  return key !== undefined && a[key] === b[key]
}

/** Two configurations in one; the second counts where both say something. */
const combined = (a: Json | undefined, b: Json): Json => {
  if (Array.isArray(a) && Array.isArray(b)) {
    const result = [...a]
    for (const item of b) {
      const at = result.findIndex((other) => isSame(other, item))
      if (at < 0) result.push(item)
      else result[at] = combined(result[at], item)
    }
    return result
  }
  if (!isObject(a) || !isObject(b)) return b
  const result: JsonObject = { ...a }
  for (const [name, value] of Object.entries(b)) result[name] = combined(result[name], value as Json)
  return result
}

/** One to four places of an object, as they are or changed, as an applied configuration has them. */
export const randomConfiguration = (held: JsonObject, random: SeededRandom): JsonObject => {
  const places = changeable(held)
  if (places.length === 0) return {}
  let result: Json = {}
  for (let count = 1 + random.below(4); count > 0; count--) {
    const place = random.pick(places)
    const value = valueAt(held, ...place)
    const change = random.chance(0.5) ? (value as Json) : random.chance(0.1) ? null : likeness(value, random)
    result = combined(result, nested(held, place, change) ?? {})
  }
  return isObject(result) ? result : {}
}
