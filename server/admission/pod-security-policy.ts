// Which level of pod security a namespace asks for, and what of a pod violates a level.
// Upstream: k8s.io/pod-security-admission/api, policy.
import { type FieldError, invalidValue } from '../../apimachinery/field-error.ts'
import {
  baselineChecks,
  type CheckedPod,
  type PodCheck,
  type SecurityCheck,
  type VersionedCheck,
  type Violation,
} from './pod-security-checks.ts'
import { restrictedChecks } from './pod-security-restricted.ts'

export type SecurityLevel = 'privileged' | 'baseline' | 'restricted'

export interface LevelVersion {
  readonly level: SecurityLevel
  /** A minor of version 1; Infinity for the latest. */
  readonly minor: number
}

export interface SecurityPolicy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
  /** What is wrong with the labels that say so. */
  readonly errors: readonly FieldError[]
}

const LEVELS: readonly SecurityLevel[] = ['privileged', 'baseline', 'restricted']
const PREFIX = 'pod-security.kubernetes.io/'
const VERSION = /^v1\.([0-9]|[1-9][0-9]*)$/
const LATEST = Number.POSITIVE_INFINITY
/** The last minor whose rules are not those of the one before. */
const LAST_CHANGE = 35

/** `restricted:v1.25`, `baseline:latest`. */
export const shownLevel = ({ level, minor }: LevelVersion): string => `${level}:${minor === LATEST ? 'latest' : `v1.${minor}`}`

export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor

/** Above zero where the first is the stricter. */
export const compareLevels = (a: SecurityLevel, b: SecurityLevel): number => LEVELS.indexOf(a) - LEVELS.indexOf(b)

/** A policy is always given: what cannot be read enforces the strictest, and audits and warns of nothing. */
export const policyOf = (labels: Readonly<Record<string, string>> = {}): SecurityPolicy => {
  const errors: FieldError[] = []
  const faulty = (label: string, detail: string): void => void errors.push(invalidValue(`metadata.labels[${label}]`, labels[label], detail))
  const isLevel = (text: string | undefined): text is SecurityLevel => LEVELS.some((level) => level === text)
  const modeOf = (mode: string, otherwise: SecurityLevel): LevelVersion => {
    const [given, version] = [labels[PREFIX + mode], labels[`${PREFIX}${mode}-version`]]
    const known = given === undefined || isLevel(given)
    if (!known) faulty(PREFIX + mode, `must be one of ${LEVELS.join(', ')}`)
    const match = version === undefined ? undefined : VERSION.exec(version)?.[1]
    if (version !== undefined && version !== 'latest' && match === undefined)
      faulty(`${PREFIX}${mode}-version`, 'must be "latest" or "v1.x"')
    return { level: known ? (given ?? 'privileged') : otherwise, minor: match === undefined ? LATEST : Number(match) }
  }
  const enforce = modeOf('enforce', 'restricted')
  const audit = modeOf('audit', 'privileged')
  let warn = modeOf('warn', 'privileged')
  if (labels[`${PREFIX}warn`] === undefined && isLevel(labels[`${PREFIX}enforce`]) && compareLevels(enforce.level, warn.level) > 0)
    warn = { level: enforce.level, minor: labels[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor }
  return { enforce, audit, warn, errors }
}

const inForce = ({ versions }: SecurityCheck, minor: number): VersionedCheck | undefined => versions.findLast(({ since }) => since <= minor)

/** The checks of a level in a version, in the order they are told. */
const checksOf = (level: SecurityLevel, minor: number): readonly PodCheck[] => {
  if (level === 'privileged') return []
  const stricter = level === 'restricted' ? restrictedChecks.flatMap((check) => inForce(check, minor) ?? []) : []
  const replaced = new Set(stricter.map(({ instead }) => instead))
  const base = baselineChecks.filter(({ id }) => !replaced.has(id)).flatMap((check) => inForce(check, minor) ?? [])
  return [...base, ...stricter].map(({ check }) => check)
}

/** Evaluates pods; remembers the checks of each level and version. */
export class PodSecurityEvaluator {
  readonly #checks = new Map<string, readonly PodCheck[]>()

  violations({ level, minor }: LevelVersion, pod: CheckedPod): Violation[] {
    const applied = Math.min(minor, LAST_CHANGE)
    const key = `${level}/${applied}`
    let checks = this.#checks.get(key)
    if (!checks) this.#checks.set(key, (checks = checksOf(level, applied)))
    return checks.flatMap((check) => check(pod) ?? [])
  }
}

export const shownReasons = (violations: readonly Violation[]): string => violations.map(({ reason }) => reason).join(', ')

export const shownDetails = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ')
