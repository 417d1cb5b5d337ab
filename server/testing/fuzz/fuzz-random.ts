// Random choices from a seed: the same seed makes the same input on any machine.

/** Numbers that stand for an edge somewhere. */
export const EDGE_NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  127,
  128,
  255,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  1e21,
  5e-324,
]
const EDGE_TEXTS: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '\0',
  '\u{1f600}',
  '\ud800',
  '\udfff',
  '\u2028',
  'é',
  '"',
  '\\',
  '~',
  'yes',
  '0',
  '-1',
  '1e3',
  'null',
  '*a',
  '&a',
  '$patch',
  '$retainKeys',
]
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-._/ABCXYZ'

export class FuzzRandom {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  }

  /** From 0 up to, not including, the bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }

  /** True once in `in` times. */
  chance(once: number): boolean {
    return this.below(once) === 0
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }

  word(most = 12): string {
    return Array.from({ length: 1 + this.below(most) }, () => ALPHABET[this.below(ALPHABET.length)]).join('')
  }

  /** Mostly a word; now and then a text at an edge, or a long one. */
  text(): string {
    if (this.chance(5)) return this.pick(EDGE_TEXTS)
    if (this.chance(200)) return this.word().repeat(1 + this.below(2000))
    if (this.chance(10)) return String.fromCodePoint(...Array.from({ length: 1 + this.below(6) }, () => this.below(0x110000)))
    return this.word()
  }

  integer(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  number(): number {
    return this.chance(2) ? this.pick(EDGE_NUMBERS) : this.integer(-1000, 1000)
  }
}
