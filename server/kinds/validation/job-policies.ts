// When a job has failed and when it has succeeded. Upstream: validatePodFailurePolicy, validateSuccessPolicy, validateIndexesFormat.
import { duplicateValue, invalidValue, invalidWhole, required, tooLong, tooMany } from '../../../apimachinery/field-error.ts'
import { qualifiedName } from '../../../apimachinery/names.ts'
import { type Errors, each, named, nonNegative, oneOf } from './checks.ts'
import type { JobSpec, PodFailurePolicy, PodFailureRule, SuccessPolicy, SuccessRule } from './job-types.ts'

const MAX_RULES = 20
const MAX_VALUES = 255
const MAX_INDEXES = 64 * 1024
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']

/** Says that a value is missing, with those it may have as Go prints a list of texts. */
const requireOneOf = (value: string | undefined, supported: readonly string[], path: string, errors: Errors): void => {
  if (value) oneOf(value, supported, path, errors)
  else errors.push(required(path, `valid values: [${supported.map((name) => JSON.stringify(name)).join(' ')}]`))
}

const checkExitCodes = (
  { operator, containerName, values }: NonNullable<PodFailureRule['onExitCodes']>,
  path: string,
  errors: Errors,
  names: ReadonlySet<string>,
): void => {
  requireOneOf(operator, OPERATORS, `${path}.operator`, errors)
  if (containerName !== undefined && !names.has(containerName))
    errors.push(
      invalidValue(`${path}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template'),
    )
  const codes = values ?? []
  if (codes.length === 0) errors.push(invalidValue(`${path}.values`, values, 'at least one value is required'))
  else if (codes.length > MAX_VALUES) errors.push(tooMany(`${path}.values`, codes.length, MAX_VALUES))
  const seen = new Set<number>()
  codes.forEach((code, index) => {
    const at = `${path}.values[${index}]`
    if (operator === 'In' && code === 0) errors.push(invalidValue(at, code, 'must not be 0 for the In operator'))
    if (seen.has(code)) errors.push(duplicateValue(at, code))
    seen.add(code)
  })
  if (codes.some((code, index) => index > 0 && (codes[index - 1] as number) > code))
    errors.push(invalidValue(`${path}.values`, codes, 'must be ordered'))
}

const checkFailureRule = (spec: JobSpec, rule: PodFailureRule, path: string, errors: Errors, names: ReadonlySet<string>): void => {
  const { action, onExitCodes, onPodConditions = [] } = rule
  if (action !== 'FailIndex') requireOneOf(action, ACTIONS, `${path}.action`, errors)
  else if (spec.backoffLimitPerIndex === undefined)
    errors.push(invalidValue(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'))
  if (onExitCodes) checkExitCodes(onExitCodes, `${path}.onExitCodes`, errors, names)
  const at = `${path}.onPodConditions`
  if (onPodConditions.length > MAX_RULES) errors.push(tooMany(at, onPodConditions.length, MAX_RULES))
  each(onPodConditions, at, errors, ({ type, status }, place) => {
    named(type, qualifiedName, `${place}.type`, errors)
    requireOneOf(status, STATUSES, `${place}.status`, errors)
  })
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(invalidWhole(path, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(invalidWhole(path, 'specifying one of OnExitCodes and OnPodConditions is required'))
}

export const checkPodFailurePolicy = (spec: JobSpec, policy: PodFailurePolicy, path: string, errors: Errors): void => {
  const rules = policy.rules ?? []
  if (rules.length > MAX_RULES) errors.push(tooMany(`${path}.rules`, rules.length, MAX_RULES))
  const pod = spec.template?.spec
  const names = new Set([...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name = '' }) => name))
  each(rules, `${path}.rules`, errors, (rule, at) => checkFailureRule(spec, rule, at, errors, names))
}

/** Go's strconv.Atoi. */
const integer = (text: string): number | undefined => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined)

/** `3` or `3-5` as its ends, or what is wrong with it. */
export const parseInterval = (text: string, completions: number): readonly [number, number] | { error: string } => {
  const parts = text.split('-')
  if (parts.length > 2)
    return {
      error: `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    }
  const ends: number[] = []
  for (const part of parts) {
    const index = integer(part)
    if (index === undefined) return { error: `cannot convert string to integer for index: ${JSON.stringify(part)}` }
    if (index >= completions) return { error: `too large index: ${JSON.stringify(part)}` }
    ends.push(index)
  }
  const [x = 0, y = x] = ends
  if (ends.length > 1 && x >= y) return { error: `non-increasing order, previous: ${x}, current: ${y}` }
  return [x, y]
}

/** How many indexes a text like `0,2-4` names, or what is wrong with it. */
export const countIndexes = (text: string, completions: number): number | { error: string } => {
  if (text === '') return 0
  let [last, total] = [Number.NEGATIVE_INFINITY, 0]
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions)
    if ('error' in interval) return interval
    if (last >= interval[0]) return { error: `non-increasing order, previous: ${last}, current: ${interval[0]}` }
    total += interval[1] - interval[0] + 1
    last = interval[1]
  }
  return total
}

const checkSuccessRule = ({ succeededIndexes, succeededCount }: SuccessRule, completions: number, path: string, errors: Errors): void => {
  if (succeededIndexes === undefined && succeededCount === undefined)
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'))
  let total = 0
  if (succeededIndexes !== undefined) {
    const at = `${path}.succeededIndexes`
    if (Buffer.byteLength(succeededIndexes) > MAX_INDEXES) errors.push(tooLong(at, MAX_INDEXES))
    const count = countIndexes(succeededIndexes, completions)
    if (typeof count === 'number') total = count
    else errors.push(invalidValue(at, succeededIndexes, `error parsing succeededIndexes: ${count.error}`))
  }
  if (succeededCount === undefined) return
  const at = `${path}.succeededCount`
  nonNegative(succeededCount, at, errors)
  if (succeededCount > completions)
    errors.push(invalidValue(at, succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`))
  if (succeededIndexes !== undefined && succeededCount > total)
    errors.push(
      invalidValue(
        at,
        succeededCount,
        `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`,
      ),
    )
}

export const checkSuccessPolicy = (spec: JobSpec, policy: SuccessPolicy, path: string, errors: Errors): void => {
  const rules = policy.rules ?? []
  if (rules.length === 0) errors.push(required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified'))
  if (rules.length > MAX_RULES) errors.push(tooMany(`${path}.rules`, rules.length, MAX_RULES))
  each(rules, `${path}.rules`, errors, (rule, at) => checkSuccessRule(rule, spec.completions ?? 0, at, errors))
}
