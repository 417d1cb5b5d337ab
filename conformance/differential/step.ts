// One request of a case, before it is addressed to a server. A case is a list of steps that share objects; both servers get the same ones,
// in the same order. Bodies name what differs per server by tokens or are made from the object the real server holds.
import type { Json, JsonObject } from './json-value.ts'

/** Replaced per server by what that server last answered for the step's subject. */
export const TOKEN = { uid: '@uid@', version: '@resourceVersion@', oldVersion: '@oldResourceVersion@', continue: '@continue@' } as const

export interface Step {
  /** The cell it counts in: deployments.apps and create, for example. */
  readonly resource: string
  readonly verb: string
  /** What it tries, for the report. */
  readonly note: string
  readonly method: string
  readonly path: string
  /** The path of the object whose identity tokens mean; the request's own path if absent. */
  readonly subject?: string
  readonly body?: string | Json
  /** Makes the body of the object that the real server last answered for the subject; the step is skipped if there is none. */
  readonly edit?: (held: JsonObject) => Json
  readonly contentType?: string
  readonly accept?: string
  /** Loops inside the real server take up what was written: the next request waits until they have. */
  readonly settles?: boolean
}

export interface Case {
  readonly name: string
  readonly steps: readonly Step[]
}
