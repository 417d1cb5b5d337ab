// How fast workloads are replaced: numbers and percentages. Upstream: pkg/apis/apps/validation ValidateRollingUpdate*.
import { forbiddenField, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { type Errors, nonNegative } from './checks.ts'
import { internalText } from './internal-text.ts'
import { percent } from './text-checks.ts'

export type IntOrPercent = number | string

export interface RollingUpdate {
  maxUnavailable?: IntOrPercent
  maxSurge?: IntOrPercent
  partition?: number
}
export interface UpdateStrategy {
  type?: string
  rollingUpdate?: RollingUpdate
}

/** A count, or a share of all. */
export const checkIntOrPercent = (value: IntOrPercent, path: string, errors: Errors): void => {
  if (typeof value === 'number') nonNegative(value, path, errors)
  else for (const message of percent(value)) errors.push(invalidValue(path, value, message))
}

const share = (value: IntOrPercent): number | undefined =>
  typeof value === 'string' && percent(value).length === 0 ? Number(value.slice(0, -1)) : undefined

/** A text that is no percentage counts as the number it starts with, or 0. */
const amount = (value: IntOrPercent): number =>
  typeof value === 'number' ? value : (share(value) ?? (/^[+-]?\d+$/.test(value) ? Number(value) : 0))

const checkAtMostAll = (value: IntOrPercent, path: string, errors: Errors): void => {
  if ((share(value) ?? 0) > 100) errors.push(invalidValue(path, value, 'must not be greater than 100%'))
}

const unsupported = (type: string, strategy: UpdateStrategy, path: string, supported: readonly string[], errors: Errors): void => {
  const detail = `supported values: ${supported.map((name) => JSON.stringify(name)).join(', ')}`
  errors.push({ type: 'FieldValueNotSupported', field: path, value: internalText(type, strategy), detail })
}

export const checkDeploymentStrategy = (strategy: UpdateStrategy, path: string, errors: Errors): void => {
  const { type, rollingUpdate } = strategy
  const at = `${path}.rollingUpdate`
  if (type === 'Recreate') {
    if (rollingUpdate) errors.push(forbiddenField(at, "may not be specified when strategy `type` is 'Recreate'"))
  } else if (type !== 'RollingUpdate') unsupported('apps.DeploymentStrategy', strategy, path, ['Recreate', 'RollingUpdate'], errors)
  else if (!rollingUpdate) errors.push(required(at, 'this should be defaulted and never be nil'))
  else {
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate
    checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors)
    checkIntOrPercent(maxSurge, `${at}.maxSurge`, errors)
    if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0)
      errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
    checkAtMostAll(maxUnavailable, `${at}.maxUnavailable`, errors)
  }
}

export const checkDaemonSetStrategy = (strategy: UpdateStrategy, path: string, errors: Errors): void => {
  const { type, rollingUpdate } = strategy
  const at = `${path}.rollingUpdate`
  if (type === 'OnDelete') return
  if (type !== 'RollingUpdate') unsupported('apps.DaemonSetUpdateStrategy', strategy, path, ['RollingUpdate', 'OnDelete'], errors)
  else if (!rollingUpdate) errors.push(required(at, ''))
  else {
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate
    checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors)
    checkIntOrPercent(maxSurge, `${at}.maxSurge`, errors)
    checkAtMostAll(maxUnavailable, `${at}.maxUnavailable`, errors)
    checkAtMostAll(maxSurge, `${at}.maxSurge`, errors)
    const [unavailable, surge] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0]
    if (unavailable && surge) errors.push(invalidValue(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
    else if (!unavailable && !surge) errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  }
}

const STATEFUL = "must be 'RollingUpdate' or 'OnDelete'"

export const checkStatefulSetStrategy = (strategy: UpdateStrategy, path: string, errors: Errors): void => {
  const { type = '', rollingUpdate } = strategy
  const at = `${path}.rollingUpdate`
  const say = (field: string, name: string, value: unknown, detail: string): void =>
    void errors.push({ type: 'FieldValueInvalid', field, value: internalText(name, value), detail })
  if (type === '') errors.push(required(path, ''))
  else if (type === 'OnDelete') {
    const only = "only allowed for updateStrategy 'RollingUpdate'"
    if (rollingUpdate) say(at, 'apps.RollingUpdateStatefulSetStrategy', rollingUpdate, only)
  } else if (type !== 'RollingUpdate') say(path, 'apps.StatefulSetUpdateStrategy', strategy, STATEFUL)
  else if (rollingUpdate) {
    const { partition, maxUnavailable } = rollingUpdate
    nonNegative(partition, `${at}.partition`, errors)
    if (maxUnavailable === undefined) return
    checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors)
    if (amount(maxUnavailable) === 0) errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'cannot be 0'))
    checkAtMostAll(maxUnavailable, `${at}.maxUnavailable`, errors)
  }
}
