// Which lines answer alike, against expectations.json: a line that did and does not any more fails the run; one that newly does is named.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Expectation, readExpectations, writeExpectations } from '../expectations.ts'
import { type Finding, isSame } from './runner.ts'

const SUITE = 'commands'
const UNKNOWN = 'differs; no reason is written down yet'

/** The differences in the form that people know, the real server's answer first. */
export const unifiedDiff = ({ name, real, ours }: Finding): string => {
  const folder = mkdtempSync(join(tmpdir(), 'commands-diff-'))
  try {
    writeFileSync(join(folder, 'real'), real)
    writeFileSync(join(folder, 'ours'), ours)
    execFileSync('diff', ['-U', '4', '--label', `real  ${name}`, '--label', `ours  ${name}`, 'real', 'ours'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return ''
  } catch (error) {
    return String((error as { stdout?: string }).stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface Judgement {
  readonly same: number
  readonly different: number
  /** Lines that should have answered alike. */
  readonly failed: readonly string[]
}

/** Judges the findings of all lines, or of `whole: false` of some; with `write`, the file takes over what was found. */
export const judge = (findings: readonly Finding[], { whole, write }: { whole: boolean; write: boolean }): Judgement => {
  const expectations = readExpectations()
  const expected = expectations[SUITE] ?? {}
  const found: Record<string, Expectation> = {}
  const failed: string[] = []
  for (const finding of findings) {
    const { name } = finding
    const before = expected[name]
    const same = isSame(finding)
    const reason = typeof before === 'object' ? before : { fail: UNKNOWN }
    found[name] = same ? (typeof before === 'object' && 'flakes' in before ? before : 'pass') : reason
    if (!same && (before === undefined || before === 'pass')) failed.push(name)
    if (same && typeof before === 'object' && 'fail' in before && !write)
      console.log(`newly the same: ${name} (--write moves it up in expectations.json)`)
  }
  if (whole)
    failed.push(
      ...Object.keys(expected)
        .filter((name) => !(name in found))
        .map((name) => `${name}: was not typed`),
    )
  if (write) writeExpectations({ ...expectations, [SUITE]: whole ? found : { ...expected, ...found } })
  const same = findings.filter(isSame).length
  return { same, different: findings.length - same, failed: write ? [] : failed }
}
