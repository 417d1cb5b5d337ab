// Taints that a pod puts up with. Upstream: ValidateTolerations, validateTaintEffect.

import { invalidValue, notSupported } from '../../../apimachinery/field-error.ts'
import { parseGoInteger } from '../../../apimachinery/go-integer.ts'
import { labelValue } from '../../../apimachinery/names.ts'
import { type Errors, each, oneOf } from './checks.ts'
import { checkLabelName } from './label-selectors.ts'
import type { Toleration } from './pod-types.ts'
import { isDecimalInteger } from './text-checks.ts'
import type { Tolerances } from './tolerances.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const NO_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
const NO_INTEGER = 'must be a valid decimal integer in canonical form'

const checkNumber = (value: string, path: string, errors: Errors): void => {
  if (!isDecimalInteger(value)) errors.push(invalidValue(path, value, value === '' ? 'must be non-empty' : NO_INTEGER))
  const parsed = parseGoInteger(value)
  if (typeof parsed === 'string') errors.push(invalidValue(path, value, `strconv.ParseInt: parsing ${JSON.stringify(value)}: ${parsed}`))
}

const checkOperator = ({ operator = '', value = '' }: Toleration, path: string, errors: Errors, numeric: boolean): void => {
  if (operator === 'Equal' || operator === '') {
    const messages = labelValue(value)
    if (messages.length > 0) errors.push(invalidValue(`${path}.operator`, value, messages.join(';')))
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalidValue(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"))
  } else if (operator === 'Lt' || operator === 'Gt') {
    if (numeric) checkNumber(value, `${path}.value`, errors)
    else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt']))
  } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']))
}

export const checkTolerations = (
  tolerations: readonly Toleration[] | undefined,
  path: string,
  errors: Errors,
  tolerances: Readonly<Tolerances>,
): void =>
  each(tolerations, path, errors, (toleration, at) => {
    const { key, operator, effect, tolerationSeconds } = toleration
    if (key) checkLabelName(key, `${at}.key`, errors)
    else if (operator !== 'Exists') errors.push(invalidValue(`${at}.operator`, operator ?? '', NO_KEY))
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(invalidValue(`${at}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    checkOperator(toleration, at, errors, tolerances.numericTolerations)
    if (effect) oneOf(effect, EFFECTS, `${at}.effect`, errors)
  })
