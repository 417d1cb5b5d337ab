// Counts that may be shares. Upstream: ValidatePositiveIntOrPercent, IsNotMoreThan100Percent.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { type Errors, nonNegative } from './checks.ts'

/** A count, or a share as `50%`. */
export type IntOrString = number | string

const percentage = /^[0-9]+%$/

/** A count from 0 or a share up to `100%`; absent is fine. */
export const checkPercentBelow = (value: IntOrString | undefined, path: string, errors: Errors): void => {
  if (typeof value !== 'string') nonNegative(value, path, errors)
  else if (!percentage.test(value))
    errors.push(
      invalidValue(
        path,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    )
  else if (Number(value.slice(0, -1)) > 100) errors.push(invalidValue(path, value, 'must not be greater than 100%'))
}
