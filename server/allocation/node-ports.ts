// Node ports of services, as one bitmap in the store that servers change by compare-and-swap: upstream's RangeAllocation under upstream's
// key. Upstream: pkg/registry/core/service/portallocator, pkg/registry/core/service/allocator/storage.
import type { Random } from '../../apimachinery/random.ts'
import { AllocationError } from '../registry/allocation-error.ts'
import { type Store, type StoredObject, StoreError } from '../storage/store.ts'

const KEY = '/registry/ranges/servicenodeports'
const MAX_ATTEMPTS = 100
const [MIN_OFFSET, MAX_OFFSET, OFFSET_STEP] = [16, 128, 32]

/** Bit i of the bitmap stands for the range's i-th port; the text is big-endian, without leading zeros. */
const bitsOf = (data: string): bigint => BigInt(`0x0${Buffer.from(data, 'base64').toString('hex')}`)

const textOf = (bits: bigint): string => {
  const hex = bits === 0n ? '' : bits.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64')
}

export class NodePorts {
  readonly #store: Store
  readonly #random: Random
  readonly #first: number
  readonly #size: number

  /** `range` is inclusive: `30000-32767`. */
  constructor(store: Store, random: Random, range: string) {
    const [first = 0, last = 0] = range.split('-').map(Number)
    this.#store = store
    this.#random = random
    this.#first = first
    this.#size = last - first + 1
  }

  get #range(): string {
    return `${this.#first}-${this.#first + this.#size - 1}`
  }

  /** Takes a port, or any when `wanted` is 0. A dry run takes none. Throws AllocationError. */
  async allocate(wanted: number, dryRun: boolean, besides: ReadonlySet<number>): Promise<number> {
    const index = wanted - this.#first
    if (wanted !== 0 && (index < 0 || index >= this.#size))
      throw new AllocationError(`provided port is not in the valid range. The range of valid ports is ${this.#range}`)
    if (wanted !== 0 && besides.has(wanted)) throw new AllocationError('provided port is already allocated')
    let port = wanted
    await this.#change(dryRun, (bits) => {
      port = wanted === 0 ? this.#free(bits, besides) : wanted
      const bit = 1n << BigInt(port - this.#first)
      if ((bits & bit) !== 0n) throw new AllocationError('provided port is already allocated')
      return bits | bit
    })
    return port
  }

  /** Gives a port back. */
  release(port: number): Promise<void> {
    const index = port - this.#first
    if (index < 0 || index >= this.#size) return Promise.resolve()
    return this.#change(false, (bits) => bits & ~(1n << BigInt(index)))
  }

  /** Takes all ports of a set that are in the range and free. */
  hold(ports: ReadonlySet<number>): Promise<void> {
    const indexes = [...ports].map((port) => port - this.#first).filter((index) => index >= 0 && index < this.#size)
    return this.#change(false, (bits) => indexes.reduce((all, index) => all | (1n << BigInt(index)), bits))
  }

  /** Ports that are taken. */
  async taken(): Promise<number[]> {
    let found = 0n
    await this.#change(true, (bits) => {
      found = bits
      return bits
    })
    return Array.from({ length: this.#size }, (_, index) => index)
      .filter((index) => ((found >> BigInt(index)) & 1n) === 1n)
      .map((index) => this.#first + index)
  }

  /** A free port, random, of the upper part first. */
  #free(bits: bigint, besides: ReadonlySet<number>): number {
    const offset = this.#size <= MIN_OFFSET ? 0 : Math.min(MAX_OFFSET, Math.max(MIN_OFFSET, Math.floor(this.#size / OFFSET_STEP)))
    for (const [from, count] of [
      [offset, this.#size - offset],
      [0, offset],
    ] as const) {
      const start = count > 0 ? this.#random.below(count) : 0
      for (let step = 0; step < count; step++) {
        const index = from + ((start + step) % count)
        if (((bits >> BigInt(index)) & 1n) === 0n && !besides.has(this.#first + index)) return this.#first + index
      }
    }
    throw new AllocationError('range is full', true)
  }

  async #change(dryRun: boolean, change: (bits: bigint) => bigint): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { object } = await this.#store.get(KEY)
      const before = object ? bitsOf((JSON.parse(Buffer.from(object.value).toString('utf8')) as { data?: string }).data ?? '') : 0n
      const after = change(before)
      if (dryRun || after === before || (await this.#write(object, after))) return
    }
    throw new AllocationError('the node port range is too busy', true)
  }

  /** False when another server was first. */
  async #write(current: StoredObject | undefined, bits: bigint): Promise<boolean> {
    const value = Buffer.from(
      JSON.stringify({ kind: 'RangeAllocation', apiVersion: 'v1', metadata: {}, range: this.#range, data: textOf(bits) }),
    )
    try {
      if (current) await this.#store.update(KEY, current.modRevision, value)
      else await this.#store.create(KEY, value)
      return true
    } catch (error) {
      if (error instanceof StoreError && ['RevisionConflict', 'KeyExists', 'NotFound'].includes(error.code)) return false
      throw error
    }
  }
}
