// Which cells agree, against expectations.json: a cell that passed and does not any more fails the run; one that newly passes is named.
import type { Expectation } from '../expectations.ts'
import { readExpectations, writeExpectations } from '../expectations.ts'
import { expectedFailures } from './expected-failures.ts'
import { type Cell, rateOf, type Scoreboard } from './scoreboard.ts'

/** Of the requests the real server accepts, this share must agree in status and reason, in each cell and over all. */
const LEAST_AGREEMENT = 0.95

const nameOf = (cell: Cell): string => `${cell.resource} ${cell.verb}`

const agrees = (cell: Cell): boolean => (rateOf(cell.acceptedStatus) ?? 1) >= LEAST_AGREEMENT

const reasonFor = (cell: Cell): string =>
  expectedFailures[cell.resource] ??
  `${((rateOf(cell.acceptedStatus) ?? 0) * 100).toFixed(0)}% of what the real one accepts agrees; the report says where not`

/** Judges a run; with `write`, the file takes over what was found. Returns how many cells pass and which fail unexpectedly. */
export const judgeCells = (scoreboard: Scoreboard, write: boolean): { passed: number; failed: string[] } => {
  const expectations = readExpectations()
  const expected = expectations['differential'] ?? {}
  const found: Record<string, Expectation> = {}
  const failed: string[] = []
  let passed = 0
  for (const cell of scoreboard.cells()) {
    const name = nameOf(cell)
    const pass = agrees(cell)
    found[name] = pass ? 'pass' : { fail: reasonFor(cell) }
    if (pass) passed++
    else if (expected[name] === undefined || expected[name] === 'pass') failed.push(name)
    if (pass && expected[name] !== 'pass' && !write) console.log(`newly passes: ${name} (--write moves it up in expectations.json)`)
  }
  const missing = Object.keys(expected).filter((name) => !(name in found))
  failed.push(...missing.map((name) => `${name}: was not asked`))
  const { acceptedStatus } = scoreboard.summary()
  if (acceptedStatus < LEAST_AGREEMENT) failed.push(`all cells together: ${(acceptedStatus * 100).toFixed(1)}%`)
  if (write) writeExpectations({ ...expectations, differential: found })
  return { passed, failed: write ? [] : failed }
}
