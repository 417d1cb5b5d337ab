// Conditions of a status. Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation (ValidateConditions).
import { duplicateValue, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import { type Errors, each } from './checks.ts'
import { checkLabelName } from './label-selectors.ts'

export interface Condition {
  type?: string
  status?: string
  observedGeneration?: number
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

const MAX_REASON = 1024
const MAX_MESSAGE = 32 * 1024
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const reasonPattern = new RegExp(`^(?:${REASON})$`)
const REASON_MESSAGE = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`

const checkCondition = (condition: Condition, path: string, errors: Errors): void => {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition
  checkLabelName(type, `${path}.type`, errors)
  if (status !== 'True' && status !== 'False' && status !== 'Unknown')
    errors.push(notSupported(`${path}.status`, status, ['False', 'True', 'Unknown']))
  if (observedGeneration < 0)
    errors.push(invalidValue(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'))
  if (!lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`, ''))
  if (reason === '') errors.push(required(`${path}.reason`, ''))
  else {
    if (!reasonPattern.test(reason)) errors.push(invalidValue(`${path}.reason`, reason, REASON_MESSAGE))
    if (Buffer.byteLength(reason) > MAX_REASON) errors.push(tooLong(`${path}.reason`, MAX_REASON))
  }
  if (Buffer.byteLength(message) > MAX_MESSAGE) errors.push(tooLong(`${path}.message`, MAX_MESSAGE))
}

/** Each condition, and that no type comes twice. */
export const checkConditions = (conditions: readonly Condition[], path: string, errors: Errors): void => {
  if (conditions.length === 0) return
  const seen = new Set<string>()
  each(conditions, path, errors, (condition, at) => {
    const { type = '' } = condition
    if (seen.has(type)) errors.push(duplicateValue(`${at}.type`, type))
    seen.add(type)
    checkCondition(condition, at, errors)
  })
}
