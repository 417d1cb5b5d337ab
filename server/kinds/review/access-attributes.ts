// What an access review asks about, and what of its selectors can be understood. No authorizer here looks at selectors; what is wrong with
// them is said. Upstream: pkg/registry/authorization/util, pkg/apis/authorization/validation.
import { type FieldError, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { parseFieldSelector } from '../../../apimachinery/field-selector.ts'
import { at, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { parseLabelSelector } from '../../../apimachinery/label-selector.ts'
import { labelValue, qualifiedName } from '../../../apimachinery/names.ts'
import type { AccessAttributes } from '../kind-services.ts'
import { type Errors, named } from '../validation/checks.ts'
import { checkLabelName, checkValueCount } from '../validation/label-selectors.ts'

type Selector = 'fieldSelector' | 'labelSelector'

interface Requirement {
  key?: string
  operator?: string
  values?: readonly string[]
}

/** The attributes of a spec that has one of the two kinds of them. */
export const accessAttributes = (spec: unknown): AccessAttributes => {
  const resource = at(spec, 'resourceAttributes')
  const part = (name: string): string => textAt(resource, name)
  const asked = {
    verb: resource ? part('verb') : textAt(spec, 'nonResourceAttributes', 'verb'),
    group: part('group'),
    version: part('version') || '*',
    resource: part('resource'),
    subresource: part('subresource'),
    namespace: part('namespace'),
    name: part('name'),
  }
  return resource ? asked : { ...asked, path: textAt(spec, 'nonResourceAttributes', 'path') }
}

const requirementsOf = (selector: unknown): Requirement[] => listAt(selector, 'requirements') as Requirement[]

/** Operators that a newer client knows and this server does not are no error. */
const checkRequirement = (kind: Selector, { key = '', operator, values = [] }: Requirement, path: string, errors: Errors): void => {
  if (kind === 'fieldSelector' && key === '') errors.push(required(`${path}.key`, 'must be specified'))
  checkValueCount(operator, values, path, errors)
  if (kind === 'fieldSelector') return
  checkLabelName(key, `${path}.key`, errors)
  values.forEach((value, index) => {
    named(value, labelValue, `${path}.values[${index}]`, errors)
  })
}

const checkSelector = (resource: unknown, kind: Selector, errors: Errors): void => {
  const selector = at(resource, kind)
  if (!selector) return
  const path = `spec.resourceAttributes.${kind}`
  const [raw, requirements] = [textAt(selector, 'rawSelector'), requirementsOf(selector)]
  if (raw !== '' && requirements.length > 0)
    errors.push(invalidValue(`${path}.rawSelector`, raw, 'may not specified at the same time as requirements'))
  if (raw === '' && requirements.length === 0)
    errors.push(required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`))
  requirements.forEach((requirement, index) => {
    checkRequirement(kind, requirement, `${path}.requirements[${index}]`, errors)
  })
}

/** What is wrong with the selectors of a spec's resource attributes. */
export const selectorErrors = (spec: unknown): FieldError[] => {
  const errors: Errors = []
  const resource = at(spec, 'resourceAttributes')
  for (const kind of ['fieldSelector', 'labelSelector'] as const) checkSelector(resource, kind, errors)
  return errors
}

const understood = (kind: Selector, { key = '', operator = '', values = [] }: Requirement): boolean => {
  if (kind === 'fieldSelector') return (operator === 'In' || operator === 'NotIn') && values.length === 1
  return ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator) && qualifiedName(key).length === 0
}

const parses = (kind: Selector, text: string): boolean => {
  try {
    if (kind === 'fieldSelector') parseFieldSelector(text)
    else parseLabelSelector(text)
    return true
  } catch {
    return false
  }
}

/** What is said of a selector of which something was passed over. */
const ignored = (resource: unknown, kind: Selector): string | undefined => {
  const selector = at(resource, kind)
  const requirements = requirementsOf(selector)
  const path = `spec.resourceAttributes.${kind}`
  if (requirements.length === 0) return parses(kind, textAt(selector, 'rawSelector')) ? undefined : `${path} ignored due to parse error`
  const taken = requirements.filter((requirement) => understood(kind, requirement)).length
  if (taken === requirements.length) return undefined
  return taken > 0 ? `${path} partially ignored due to parse error` : `${path} ignored due to parse error`
}

/** The evaluation error of a review; '' for none. */
export const evaluationError = (spec: unknown): string => {
  const resource = at(spec, 'resourceAttributes')
  return [ignored(resource, 'fieldSelector'), ignored(resource, 'labelSelector')].filter((text) => text !== undefined).join('; ')
}
