// Jobs, and the templates of them that cron jobs have. Upstream: pkg/apis/batch/validation ValidateJob*.
import { equalValues } from '../../../apimachinery/equal-values.ts'
import { invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { selectorMatches } from '../../../apimachinery/object-selector.ts'
import { type Errors, immutable, nonNegative, oneOf, present } from './checks.ts'
import { internalText } from './internal-text.ts'
import { checkPodFailurePolicy, checkSuccessPolicy } from './job-policies.ts'
import { isIndexed, type JobSpec } from './job-types.ts'
import { checkLabelSelector, hasInvalidLabelValue, isUsableSelector, type LabelSelector } from './label-selectors.ts'
import { checkPodTemplate, checkTemplateLabels } from './pod-templates.ts'
import type { Affinity, PodSpec, PodTemplate } from './pod-types.ts'

type Subject = Frozen<KubeObject>

const HIGH = 100_000
const MOST_AT_HIGH = 10_000
const MAX_MANAGED_BY = 63
const RULES = 'when completions are above 100000 and used with backoff limit per index'
const NOT_INDEXED = 'requires indexed completion mode'
const httpPath = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/

const specOf = (job: Subject): JobSpec => (job['spec'] ?? {}) as JobSpec

/** `example.com/controller`. */
const checkManagedBy = (name: string, path: string, errors: Errors): void => {
  if (!present(name, path, errors)) return
  const slash = name.indexOf('/')
  const [host, rest] = [name.slice(0, slash), name.slice(slash + 1)]
  if (slash < 1 || rest === '') errors.push(invalidValue(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  else {
    for (const message of dns1123Subdomain(host)) errors.push(invalidValue(path, host, message))
    if (!httpPath.test(rest))
      errors.push(invalidValue(path, rest, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"))
  }
}

const checkIndexed = (spec: JobSpec, path: string, errors: Errors): void => {
  const { completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex } = spec
  if (completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'))
  if (parallelism !== undefined && parallelism > HIGH)
    errors.push(invalidValue(`${path}.parallelism`, parallelism, `must be less than or equal to ${HIGH} when completion mode is Indexed`))
  if (completions !== undefined && failed !== undefined && failed > completions)
    errors.push(invalidValue(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions'))
  if (failed !== undefined && failed > HIGH)
    errors.push(invalidValue(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${HIGH}`))
  if (completions === undefined || completions <= HIGH || backoffLimitPerIndex === undefined) return
  if (failed === undefined) errors.push(required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${HIGH}`))
  if (parallelism !== undefined && parallelism > MOST_AT_HIGH)
    errors.push(invalidValue(`${path}.parallelism`, parallelism, `must be less than or equal to ${MOST_AT_HIGH} ${RULES}`))
  if (failed !== undefined && failed > MOST_AT_HIGH)
    errors.push(invalidValue(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${MOST_AT_HIGH} ${RULES}`))
}

const checkCompletionMode = (spec: JobSpec, path: string, errors: Errors): void => {
  const { completionMode: mode, backoffLimitPerIndex, maxFailedIndexes } = spec
  if (mode !== undefined) oneOf(mode, ['NonIndexed', 'Indexed'], `${path}.completionMode`, errors)
  if (mode === 'Indexed') checkIndexed(spec, path, errors)
  if (mode !== undefined && mode !== 'NonIndexed') return
  if (backoffLimitPerIndex !== undefined) errors.push(invalidValue(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, NOT_INDEXED))
  if (maxFailedIndexes !== undefined) errors.push(invalidValue(`${path}.maxFailedIndexes`, maxFailedIndexes, NOT_INDEXED))
}

const checkRestart = ({ template, podFailurePolicy }: JobSpec, path: string, errors: Errors): void => {
  const policy = template?.spec?.restartPolicy ?? ''
  const at = `${path}.template.spec.restartPolicy`
  if (policy === 'Always' || policy === '') errors.push(required(at, 'valid values: "OnFailure", "Never"'))
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(notSupported(at, policy, ['OnFailure', 'Never']))
  else if (podFailurePolicy && policy !== 'Never')
    errors.push(invalidValue(at, policy, 'only "Never" is supported when podFailurePolicy is specified'))
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
] as const

/** What jobs and their templates have in common; `old` is the pod template before an update. */
const checkCommon = (spec: JobSpec, path: string, errors: Errors, old: PodTemplate | undefined): void => {
  for (const member of COUNTS) nonNegative(spec[member], `${path}.${member}`, errors)
  if (spec.maxFailedIndexes !== undefined) {
    nonNegative(spec.maxFailedIndexes, `${path}.maxFailedIndexes`, errors)
    if (spec.backoffLimitPerIndex === undefined) errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  }
  if (spec.managedBy !== undefined) {
    checkManagedBy(spec.managedBy, `${path}.managedBy`, errors)
    if (Buffer.byteLength(spec.managedBy) > MAX_MANAGED_BY) errors.push(tooLong(`${path}.managedBy`, MAX_MANAGED_BY))
  }
  checkCompletionMode(spec, path, errors)
  if (spec.podFailurePolicy) checkPodFailurePolicy(spec, spec.podFailurePolicy, `${path}.podFailurePolicy`, errors)
  if (spec.successPolicy) {
    if (isIndexed(spec)) checkSuccessPolicy(spec, spec.successPolicy, `${path}.successPolicy`, errors)
    else {
      const value = internalText('batch.SuccessPolicy', spec.successPolicy)
      errors.push({ type: 'FieldValueInvalid', field: `${path}.successPolicy`, value, detail: NOT_INDEXED })
    }
  }
  if (spec.podReplacementPolicy !== undefined)
    oneOf(
      spec.podReplacementPolicy,
      spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'],
      `${path}.podReplacementPolicy`,
      errors,
    )
  checkPodTemplate(spec.template ?? {}, `${path}.template`, errors, old)
  checkRestart(spec, path, errors)
}

const checkSpec = (spec: JobSpec, path: string, errors: Errors, old: JobSpec | undefined): void => {
  checkCommon(spec, path, errors, old?.template)
  if (!spec.selector) errors.push(required(`${path}.selector`, ''))
  else checkLabelSelector(spec.selector, `${path}.selector`, errors, { allowInvalidValues: hasInvalidLabelValue(old?.selector) })
  if (isUsableSelector(spec.selector)) checkTemplateLabels(spec.template ?? {}, spec.selector, `${path}.template`, errors)
}

const CURRENT = ['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'] as const

const checkHasLabel = (template: PodTemplate, key: string, value: string, errors: Errors): void => {
  const labels = template.metadata?.labels
  const path = `spec.template.metadata.labels[${key}]`
  if (labels?.[key] === undefined) errors.push(required(path, `must be '${value}'`))
  else if (labels[key] !== value) errors.push(invalidValue(path, labels, `must be '${value}'`))
}

/** A selector that the server makes finds the job's pods and no others. `prefixed`: the labels of today too. */
const checkGenerated = (job: Subject, errors: Errors, prefixed: boolean): void => {
  const { manualSelector, selector, template = {} } = specOf(job)
  if (manualSelector || !selector) return
  const { uid = '', name = '' } = job.metadata
  if (uid === '') errors.push(required('metadata.uid', ''))
  const labels: Record<string, string> = { 'controller-uid': uid, 'job-name': name }
  if (prefixed) Object.assign(labels, { [CURRENT[0]]: uid, [CURRENT[1]]: name })
  for (const key in labels) checkHasLabel(template, key, labels[key] as string, errors)
  if (isUsableSelector(selector) && !selectorMatches(selector, labels))
    errors.push(invalidValue('spec.selector', selector, '`selector` not auto-generated'))
}

/** The whole job; `old` where there is one. */
export const checkJob = (job: Subject, errors: Errors, old?: Subject): void => {
  const spec = specOf(job)
  const before = old && specOf(old)
  const oldLabels = before?.template?.metadata?.labels
  checkGenerated(job, errors, !before || CURRENT.every((key) => oldLabels?.[key] !== undefined))
  checkSpec(spec, 'spec', errors, before)
  if (!isIndexed(spec) || (spec.completions ?? 0) <= 0) return
  const { name = '' } = job.metadata
  const hostname = `${name}-${(spec.completions as number) - 1}`
  if (dns1123Label(hostname).length > 0)
    errors.push(invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${hostname}`))
}

const checkCompletionsUpdate = (spec: JobSpec, old: JobSpec, errors: Errors): void => {
  const { completions, parallelism } = spec
  const path = 'spec.completions'
  if (!isIndexed(spec)) immutable(completions === old.completions, completions, path, errors)
  else if (completions !== old.completions && completions !== undefined && completions !== parallelism)
    errors.push(invalidValue(path, completions, 'can only be modified in tandem with spec.parallelism'))
}

const without = <T extends object>(value: T, ...members: (keyof T)[]): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([member]) => !members.includes(member as keyof T))) as Partial<T>

/** What is left to compare where the scheduler's hints may change: all but those. */
const withoutHints = ({ metadata = {}, spec = {} }: PodTemplate): { metadata: object; spec: PodSpec } => {
  const { affinity, ...rest } = without(spec, 'nodeSelector', 'tolerations', 'schedulingGates') as PodSpec
  const others: Affinity = without(affinity ?? {}, 'nodeAffinity')
  return {
    metadata: without(metadata, 'annotations', 'labels'),
    spec: Object.keys(others).length > 0 ? { ...rest, affinity: others } : rest,
  }
}

const withoutResources = (spec: PodSpec): PodSpec => {
  const strip = (list: PodSpec['containers']) => (list ?? []).map((container) => without(container, 'resources'))
  return {
    ...spec,
    containers: strip(spec.containers),
    ...(spec.initContainers ? { initContainers: strip(spec.initContainers) } : {}),
  } as PodSpec
}

/** Whether pods may still be changed: none runs. */
const isHeld = (job: Subject): boolean => {
  const status = (job['status'] ?? {}) as {
    startTime?: string
    active?: number
    conditions?: readonly { type?: string; status?: string }[]
  }
  const suspended = (status.conditions ?? []).some((condition) => condition.type === 'Suspended' && condition.status === 'True')
  return specOf(job).suspend === true && (status.startTime === undefined || suspended) && (status.active ?? 0) === 0
}

const checkTemplateUpdate = (spec: JobSpec, old: Subject, errors: Errors): void => {
  const [now, before] = [spec.template ?? {}, specOf(old).template ?? {}]
  const say = (field: string, type: string, value: unknown): void =>
    void errors.push({ type: 'FieldValueInvalid', field, value: internalText(type, value), detail: 'field is immutable' })
  if (!isHeld(old)) {
    if (!equalValues(now, before)) say('spec.template', 'core.PodTemplateSpec', now)
  } else if (!equalValues(withoutResources(withoutHints(now).spec), withoutResources(withoutHints(before).spec)))
    say('spec.template.spec', 'core.PodSpec', now.spec)
}

const checkKept = (spec: JobSpec, old: JobSpec, member: keyof JobSpec, type: string | undefined, errors: Errors): void => {
  const value = spec[member]
  if (equalValues(value, old[member])) return
  const shown = type === undefined || value === undefined ? undefined : internalText(type, value)
  if (shown === undefined) immutable(false, value, `spec.${member}`, errors)
  else errors.push({ type: 'FieldValueInvalid', field: `spec.${member}`, value: shown, detail: 'field is immutable' })
}

/** Upstream looks at the spec once as at a new one's, and once more. */
export const checkJobUpdate = (job: Subject, old: Subject, errors: Errors): void => {
  const [spec, before] = [specOf(job), specOf(old)]
  checkSpec(spec, 'spec', errors, before)
  checkCompletionsUpdate(spec, before, errors)
  checkKept(spec, before, 'selector', undefined, errors)
  checkTemplateUpdate(spec, old, errors)
  checkKept(spec, before, 'completionMode', undefined, errors)
  checkKept(spec, before, 'podFailurePolicy', 'batch.PodFailurePolicy', errors)
  checkKept(spec, before, 'backoffLimitPerIndex', undefined, errors)
  checkKept(spec, before, 'managedBy', undefined, errors)
  checkKept(spec, before, 'successPolicy', 'batch.SuccessPolicy', errors)
}

/** What a cron job makes its jobs from: the selector is always the server's. */
export const checkJobTemplate = (spec: JobSpec, path: string, errors: Errors, old: JobSpec | undefined): void => {
  checkCommon(spec, path, errors, old?.template)
  if (spec.selector) errors.push(invalidValue(`${path}.selector`, spec.selector as LabelSelector, '`selector` will be auto-generated'))
  if (spec.manualSelector) errors.push(notSupported(`${path}.manualSelector`, true, ['nil', 'false']))
}
