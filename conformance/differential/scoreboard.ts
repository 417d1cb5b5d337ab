// Counts: one cell for each resource and verb, and the rates over them. A cell with too few requests is shown but not in the mean.
import type { Outcome } from './comparison.ts'

/** Fewer requests say too little about a cell. */
export const LEAST_REQUESTS = 5

interface Count {
  same: number
  all: number
}

export interface Cell {
  readonly resource: string
  readonly verb: string
  requests: number
  readonly status: Count
  readonly acceptedStatus: Count
  readonly message: Count
  readonly object: Count
  readonly headers: Count
}

export interface Summary {
  readonly acceptedStatus: number
  readonly allStatus: number
  readonly object: number
  readonly message: number
  readonly headers: number
  readonly cells: number
  readonly requests: number
  readonly thinCells: number
}

const count = (): Count => ({ same: 0, all: 0 })

const add = (to: Count, same: boolean): void => {
  to.all++
  if (same) to.same++
}

export const rateOf = (of: Count): number | undefined => (of.all === 0 ? undefined : of.same / of.all)

const mean = (rates: readonly (number | undefined)[]): number => {
  const known = rates.filter((rate) => rate !== undefined)
  return known.length === 0 ? Number.NaN : known.reduce((sum, rate) => sum + rate, 0) / known.length
}

export class Scoreboard {
  readonly #cells = new Map<string, Cell>()

  record(resource: string, verb: string, outcome: Outcome): void {
    const key = `${resource} ${verb}`
    let cell = this.#cells.get(key)
    if (!cell)
      this.#cells.set(
        key,
        (cell = {
          resource,
          verb,
          requests: 0,
          status: count(),
          acceptedStatus: count(),
          message: count(),
          object: count(),
          headers: count(),
        }),
      )
    cell.requests++
    add(cell.status, outcome.sameStatus)
    add(cell.headers, outcome.sameHeaders)
    if (outcome.sameMessage !== undefined) add(cell.message, outcome.sameMessage)
    if (!outcome.accepted) return
    add(cell.acceptedStatus, outcome.sameStatus)
    add(cell.object, outcome.sameObject)
  }

  cells(): Cell[] {
    return [...this.#cells.values()].sort((a, b) =>
      a.resource === b.resource ? (a.verb < b.verb ? -1 : 1) : a.resource < b.resource ? -1 : 1,
    )
  }

  /** Over the cells whose resource the predicate lets in. */
  summary(includes: (resource: string) => boolean = () => true): Summary {
    const all = this.cells().filter((cell) => includes(cell.resource))
    const full = all.filter((cell) => cell.requests >= LEAST_REQUESTS)
    return {
      acceptedStatus: mean(full.map((cell) => rateOf(cell.acceptedStatus))),
      allStatus: mean(full.map((cell) => rateOf(cell.status))),
      object: mean(full.map((cell) => rateOf(cell.object))),
      message: mean(full.map((cell) => rateOf(cell.message))),
      headers: mean(full.map((cell) => rateOf(cell.headers))),
      cells: full.length,
      thinCells: all.length - full.length,
      requests: all.reduce((sum, cell) => sum + cell.requests, 0),
    }
  }
}
