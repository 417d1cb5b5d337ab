// Labels and selectors of labels, as members of objects. Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation.
import { forbiddenField, invalidValue, required, tooLong } from '../../../apimachinery/field-error.ts'
import { labelValue, qualifiedName } from '../../../apimachinery/names.ts'
import type { LabelSelector, LabelSelectorRequirement, Labels } from '../../../apimachinery/object-selector.ts'
import { type Errors, named, type Text } from './checks.ts'

export type { LabelSelector, Labels }

export interface LabelSelectorOptions {
  /** Values that are no label values pass: old data has some. */
  allowInvalidValues?: boolean
}

const MAX_ANNOTATION_BYTES = 256 * 1024

/** The key of a label. */
export const checkLabelName = (name: Text, path: string, errors: Errors): void => named(name, qualifiedName, path, errors)

/** Keys and values; all of them stand at the map's own path. */
export const checkLabels = (labels: Labels | undefined, path: string, errors: Errors): void => {
  for (const key in labels) {
    checkLabelName(key, path, errors)
    named(labels[key], labelValue, path, errors)
  }
}

/** Keys are label names in any case, and all together are not too long. */
export const checkAnnotations = (annotations: Labels | undefined, path: string, errors: Errors): void => {
  let size = 0
  for (const key in annotations) {
    for (const message of qualifiedName(key.toLowerCase())) errors.push(invalidValue(path, key, message))
    size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] as string)
  }
  if (size > MAX_ANNOTATION_BYTES) errors.push(tooLong(path, MAX_ANNOTATION_BYTES))
}

export const UNKNOWN_OPERATOR = 'not a valid selector operator'

/** Whether the operator is one of sets and existence; those have values, or none. */
export const checkValueCount = (operator: string | undefined, values: readonly unknown[], path: string, errors: Errors): boolean => {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
    return true
  }
  if (operator !== 'Exists' && operator !== 'DoesNotExist') return false
  if (values.length > 0) errors.push(forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  return true
}

const checkRequirement = (
  { key, operator, values = [] }: LabelSelectorRequirement,
  path: string,
  errors: Errors,
  options: LabelSelectorOptions,
): void => {
  if (!checkValueCount(operator, values, path, errors)) errors.push(invalidValue(`${path}.operator`, operator ?? '', UNKNOWN_OPERATOR))
  checkLabelName(key, `${path}.key`, errors)
  if (options.allowInvalidValues) return
  for (let index = 0; index < values.length; index++) named(values[index], labelValue, `${path}.values[${index}]`, errors)
}

/** A selector as a whole; one that is absent is fine. */
export const checkLabelSelector = (
  selector: LabelSelector | null | undefined,
  path: string,
  errors: Errors,
  options: LabelSelectorOptions = {},
): void => {
  if (!selector) return
  checkLabels(selector.matchLabels, `${path}.matchLabels`, errors)
  const expressions = selector.matchExpressions ?? []
  for (let index = 0; index < expressions.length; index++)
    checkRequirement(expressions[index] as LabelSelectorRequirement, `${path}.matchExpressions[${index}]`, errors, options)
}

/** Whether an expression has a value that is no label value. */
export const hasInvalidLabelValue = (selector: LabelSelector | null | undefined): boolean =>
  (selector?.matchExpressions ?? []).some(({ values = [] }) => values.some((value) => labelValue(value).length > 0))

/** Whether the selector can be used at all: exactly what checkLabelSelector without options finds nothing wrong with. */
export const isUsableSelector = (selector: LabelSelector | null | undefined): boolean => {
  const errors: Errors = []
  checkLabelSelector(selector, '', errors)
  return errors.length === 0
}

/** Whether a selector asks for nothing at all, and so takes everything. */
export const selectsEverything = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
