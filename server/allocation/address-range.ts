// A block of IP addresses, and the order in which free ones are looked for: random, and in the upper part first, so that people who
// choose addresses themselves can take low ones. Upstream: pkg/registry/core/service/ipallocator.
import { isIP } from 'node:net'
import type { Random } from '../../apimachinery/random.ts'

export type Family = 'IPv4' | 'IPv6'

const [MIN_OFFSET, MAX_OFFSET, OFFSET_STEP] = [16n, 256n, 16n]
/** Random starts are drawn from this many addresses at most; larger blocks are never full. */
const MOST_DRAWN = 2n ** 31n

export const familyOf = (address: string): Family | undefined => {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'IPv4' : 'IPv6'
}

const parts = (address: string): bigint[] => {
  if (!address.includes(':')) return address.split('.').map(BigInt)
  const [head = '', tail] = address.split('::')
  const groups = (text: string): bigint[] =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => {
          if (!group.includes('.')) return [BigInt(`0x${group}`)]
          const [a = 0n, b = 0n, c = 0n, d = 0n] = group.split('.').map(BigInt)
          return [a * 256n + b, c * 256n + d]
        })
  const [before, after] = [groups(head), groups(tail ?? '')]
  return tail === undefined ? before : [...before, ...new Array<bigint>(8 - before.length - after.length).fill(0n), ...after]
}

const toNumber = (address: string): bigint => {
  const base = address.includes(':') ? 65536n : 256n
  return parts(address).reduce((sum, part) => sum * base + part, 0n)
}

const toText = (value: bigint, family: Family): string => {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 65535n).toString(16))
  // Go's netip writes the longest run of at least two zero groups as ::.
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length)
  const longest = runs[0]
  const text = groups.join(':')
  if (!longest) return text
  const [start, end] = [text.slice(0, longest.index).replace(/:$/, ''), text.slice(longest.index + longest[0].length).replace(/^:/, '')]
  return `${start}::${end}`
}

export class AddressRange {
  readonly family: Family
  readonly #first: bigint
  readonly #last: bigint
  readonly #base: bigint
  readonly #offset: bigint

  /** `10.96.0.0/16`. Throws for anything else. */
  constructor(block: string) {
    const [address = '', length = ''] = block.split('/')
    const family = familyOf(address)
    if (!family || !/^\d+$/.test(length)) throw new Error(`${block} is no block of addresses`)
    this.family = family
    const bits = family === 'IPv4' ? 32 : 128
    const size = 1n << BigInt(bits - Number(length))
    this.#base = (toNumber(address) / size) * size
    // Neither a network's own address nor IPv4's broadcast address is given away.
    this.#first = this.#base + 1n
    this.#last = this.#base + size - (family === 'IPv4' ? 2n : 1n)
    const wanted = size / OFFSET_STEP
    this.#offset = size <= MIN_OFFSET ? 0n : wanted < MIN_OFFSET ? MIN_OFFSET : wanted > MAX_OFFSET ? MAX_OFFSET : wanted
  }

  /** The block's own address. */
  get base(): string {
    return toText(this.#base, this.family)
  }

  /** Whether an address of the block may be given away. */
  has(address: string): boolean {
    if (familyOf(address) !== this.family) return false
    const value = toNumber(address)
    return value >= this.#first && value <= this.#last
  }

  /** Every address once: from a random one of the upper part on, then of the lower. */
  *candidates(random: Random): Generator<string> {
    const middle = this.#first + this.#offset
    if (middle <= this.#last) yield* this.#between(middle, this.#last, random)
    if (this.#offset > 0n) yield* this.#between(this.#first, middle - 1n < this.#last ? middle - 1n : this.#last, random)
  }

  *#between(from: bigint, to: bigint, random: Random): Generator<string> {
    const size = to - from + 1n
    const start = BigInt(random.below(Number(size < MOST_DRAWN ? size : MOST_DRAWN)))
    for (let step = 0n; step < size; step++) yield toText(from + ((start + step) % size), this.family)
  }
}

/** The address as Go prints it. */
export const canonicalAddress = (address: string): string => {
  const family = familyOf(address)
  return family ? toText(toNumber(address), family) : address
}
