// Templates of pods: in a kind of their own and in every workload. Upstream: ValidatePodTemplateSpec and its kin for replica sets.

import { forbiddenField, invalidValue, notSupported } from '../../../apimachinery/field-error.ts'
import { selectorMatches } from '../../../apimachinery/object-selector.ts'
import type { Errors } from './checks.ts'
import {
  checkAnnotations,
  checkLabelSelector,
  checkLabels,
  isUsableSelector,
  type LabelSelector,
  selectsEverything,
} from './label-selectors.ts'
import { checkAnnotationsMatchFields, checkPodAnnotations } from './pod-annotations.ts'
import { checkPodSpec, podContext } from './pod-spec.ts'
import type { PodTemplate } from './pod-types.ts'
import { strict, type Tolerances, tolerancesOf } from './tolerances.ts'

const checkOnce = (template: PodTemplate, path: string, errors: Errors, tolerances: Readonly<Tolerances>): void => {
  const { metadata, spec = {} } = template
  const context = podContext(spec, undefined, tolerances)
  checkLabels(metadata?.labels, `${path}.labels`, errors)
  checkAnnotations(metadata?.annotations, `${path}.annotations`, errors)
  checkPodAnnotations(metadata?.annotations, spec, `${path}.annotations`, errors, context)
  checkPodSpec(spec, `${path}.spec`, errors, context)
  checkAnnotationsMatchFields(metadata?.annotations, spec, `${path}.spec`, errors)
  if ((spec.ephemeralContainers ?? []).length > 0)
    errors.push(forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
}

/** `old` is the template before an update: what it had wrong may stay. */
export const checkPodTemplate = (template: PodTemplate, path: string, errors: Errors, old?: PodTemplate): void => {
  const before = errors.length
  checkOnce(template, path, errors, strict)
  if (errors.length === before || !old) return
  errors.length = before
  checkOnce(template, path, errors, tolerancesOf(old.spec ?? {}, old.metadata))
}

const NO_MATCH = '`selector` does not match template `labels`'

/** The labels that a template's pods will have; absent ones are shown as upstream shows a nil map. */
export const checkTemplateLabels = (
  template: PodTemplate,
  selector: LabelSelector | null | undefined,
  path: string,
  errors: Errors,
): void => {
  const labels = template.metadata?.labels
  if (!selectorMatches(selector, labels)) errors.push(invalidValue(`${path}.metadata.labels`, labels, NO_MATCH))
}

/** Pods that are to run for ever: always started anew, without a deadline. */
export const checkEndless = (template: PodTemplate, path: string, errors: Errors, kind: string): void => {
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? {}
  if (restartPolicy !== 'Always') errors.push(notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']))
  if (activeDeadlineSeconds !== undefined)
    errors.push(forbiddenField(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`))
}

/** A selector that a workload needs: there, sound, and not of everything. Gives whether it can be used. */
export const checkWorkloadSelector = (selector: LabelSelector | null | undefined, path: string, errors: Errors, kind: string): boolean => {
  if (!selector) {
    errors.push({ type: 'FieldValueRequired', field: path, detail: '' })
    return true
  }
  checkLabelSelector(selector, path, errors)
  if (selectsEverything(selector)) errors.push(invalidValue(path, selector, `empty selector is invalid for ${kind}`))
  return isUsableSelector(selector)
}

/** The template of deployments and replica sets. */
export const checkReplicatedTemplate = (
  spec: { selector?: LabelSelector | null; template?: PodTemplate },
  path: string,
  errors: Errors,
  old: PodTemplate | undefined,
): void => {
  const { selector, template = {} } = spec
  if (!checkWorkloadSelector(selector, `${path}.selector`, errors, 'deployment')) {
    errors.push(invalidValue(`${path}.selector`, selector, 'invalid label selector'))
    return
  }
  const at = `${path}.template`
  if (!selector || !selectsEverything(selector)) checkTemplateLabels(template, selector, at, errors)
  checkPodTemplate(template, at, errors, old)
  checkEndless(template, at, errors, 'ReplicaSet')
}
