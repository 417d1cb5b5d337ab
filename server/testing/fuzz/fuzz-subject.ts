// One thing to fuzz: makes an input from a seed's randomness, runs it, and says what is wrong with what came out.
import { isDeepStrictEqual } from 'node:util'
import { writeJson } from '../../../apimachinery/json-write.ts'
import type { FuzzRandom } from './fuzz-random.ts'

/** What a case hands to the run: `show` keeps the input for a report before anything is done with it. */
export interface Trial {
  random: FuzzRandom
  show(input: unknown): void
}

export interface FuzzSubject {
  name: string
  /** Runs one case. Throws when an oracle is broken. */
  run(trial: Trial): void | Promise<void>
  /** Ends what the subject keeps open. */
  stop?(): Promise<void>
}

/** An oracle was broken. */
export class FuzzFailure extends Error {}

/** Runs a step that may throw the declared errors only; undefined when it did. */
export const declared = <T>(errors: readonly (abstract new (...args: never[]) => Error)[], step: () => T): T | undefined => {
  try {
    return step()
  } catch (error) {
    if (errors.some((kind) => error instanceof kind)) return undefined
    throw error
  }
}

export const mustBe = (condition: boolean, claim: () => string): void => {
  if (!condition) throw new FuzzFailure(claim())
}

const shown = (value: unknown): string =>
  (JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}n` : member)) ?? 'undefined').slice(0, 1500)

/** Values nested as deep as bodies may be are too much for the runtime's comparison. */
const equal = (found: unknown, wanted: unknown): boolean => {
  try {
    return isDeepStrictEqual(found, wanted)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return writeJson(found) === writeJson(wanted)
  }
}

/** Deep equality, prototypes and -0 included. */
export const mustEqual = (found: unknown, wanted: unknown, claim: string): void =>
  mustBe(equal(found, wanted), () => `${claim}:\n  found  ${shown(found)}\n  wanted ${shown(wanted)}`)

/** No value of a tree has a prototype of its own making. */
export const mustBePlain = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  const prototype: unknown = Object.getPrototypeOf(value)
  mustBe(prototype === Object.prototype || prototype === Array.prototype, () => 'a value of a tree has a strange prototype')
  for (const key of Object.keys(value)) mustBePlain((value as Record<string, unknown>)[key])
}
