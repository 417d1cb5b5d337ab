// Randomness of one cluster: identities and name suffixes. A test gives a seeded one.
import { randomUUID } from 'node:crypto'

export interface Random {
  uuid(): string
  /** A whole number from 0 up to, not including, the bound. Not for secrets: names and choices only. */
  below(bound: number): number
}

export const systemRandom: Random = { uuid: () => randomUUID(), below: (bound) => Math.floor(Math.random() * bound) }

/** No vowels and no lookalikes, as upstream's name generator. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** `length` letters that make a generated name. */
export const nameSuffix = (random: Random, length: number): string => {
  let suffix = ''
  while (suffix.length < length) suffix += SUFFIX_ALPHABET[random.below(SUFFIX_ALPHABET.length)]
  return suffix
}
