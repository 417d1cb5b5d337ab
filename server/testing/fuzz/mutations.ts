// Changes to a valid input that may make it invalid: of bytes, of text, of a tree.
import { cloneTree, setMember, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import type { FuzzRandom } from './fuzz-random.ts'

const MAX_BYTES = 256 * 1024

/** Bytes with some of them flipped, cut out, doubled or replaced; the original stays. */
export const mutatedBytes = (bytes: Uint8Array, random: FuzzRandom): Buffer => {
  let result = Buffer.from(bytes)
  for (let step = random.below(4); step >= 0; step--) {
    const at = random.below(result.length + 1)
    const end = Math.min(result.length, at + random.below(16))
    switch (random.below(7)) {
      case 0:
        if (at < result.length) result[at] = random.below(256)
        break
      case 1:
        if (at < result.length) result[at] = (result[at] as number) ^ (1 << random.below(8))
        break
      case 2:
        result = result.subarray(0, at)
        break
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(end)])
        break
      case 4:
        result = Buffer.concat([result.subarray(0, end), result.subarray(at)])
        break
      case 5:
        result = Buffer.concat([
          result.subarray(0, at),
          Buffer.alloc(random.below(12), random.pick([0, 0x7f, 0x80, 0xff])),
          result.subarray(at),
        ])
        break
      default:
        if (result.length < MAX_BYTES / 2) result = Buffer.concat([result, result])
    }
  }
  return Buffer.from(result)
}

/** Text with pieces cut, doubled, or replaced by pieces that mean something to its parser. */
export const mutatedText = (text: string, pieces: readonly string[], random: FuzzRandom): string => {
  let result = text
  for (let step = random.below(4); step >= 0; step--) {
    const at = random.below(result.length + 1)
    const end = at + random.below(8)
    const piece = random.chance(3) ? random.text() : random.pick(pieces)
    result = result.slice(0, at) + (random.chance(4) ? '' : piece) + result.slice(random.chance(2) ? at : end)
  }
  return result.length > MAX_BYTES ? result.slice(0, MAX_BYTES) : result
}

/** An integer as the JSON reader gives it: a bigint only where a double would lose it. */
const asRead = (value: bigint): Value => (Number.isSafeInteger(Number(value)) ? Number(value) : value)

/** Any JSON value, nested or not. */
export const anyValue = (random: FuzzRandom, depth = 0): Value => {
  const kind = random.below(depth > 4 ? 5 : 8)
  if (kind === 0) return null
  if (kind === 1) return random.chance(2)
  if (kind === 2) return random.number()
  if (kind === 3) return asRead(BigInt(random.number() | 0) * 2n ** BigInt(random.below(70)))
  if (kind === 4) return random.text()
  if (kind === 5) return Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1))
  const result: ValueMap = {}
  for (let count = random.below(4); count > 0; count--) setMember(result, random.text(), anyValue(random, depth + 1))
  return result
}

/** Containers of a tree, with the place of each member. */
const places = (value: Value, into: [container: Value[] | ValueMap, key: string | number][] = []): typeof into => {
  if (typeof value !== 'object' || value === null) return into
  for (const key of Object.keys(value)) {
    into.push([value, key])
    places((value as ValueMap)[key] as Value, into)
  }
  return into
}

/** A copy with some values swapped, dropped, replaced, wrapped or put elsewhere. */
export const mutatedTree = <T extends Value>(value: T, random: FuzzRandom): Value => {
  const result = cloneTree<Value>(value)
  for (let step = random.below(3); step >= 0; step--) {
    const all = places(result)
    if (all.length === 0) return anyValue(random)
    const [container, key] = random.pick(all)
    const map = container as ValueMap
    const old = map[key] as Value
    switch (random.below(6)) {
      case 0:
        setMember(map, String(key), anyValue(random))
        break
      case 1:
        if (Array.isArray(container)) container.splice(Number(key), 1)
        else delete map[key]
        break
      case 2:
        if (Array.isArray(container)) container.push(cloneTree<Value>(old))
        else setMember(map, random.text(), anyValue(random))
        break
      case 3:
        setMember(map, String(key), [old])
        break
      case 4:
        setMember(map, String(key), null)
        break
      default: {
        const other = random.pick(all)[0] as ValueMap
        setMember(map, String(key), Object.hasOwn(other, key) ? cloneTree<Value>(other[key] as Value) : null)
      }
    }
  }
  return result
}

/** JSON text with brackets nested this deep somewhere inside. */
export const nestedText = (depth: number, random: FuzzRandom): string =>
  random.chance(2) ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + (random.chance(2) ? '1' : '{') + '}'.repeat(depth)
