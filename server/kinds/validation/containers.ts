// Containers of all sorts: regular, init, sidecars, ephemeral. Upstream: validateContainers, validateInitContainers,
// validateEphemeralContainers and validateContainerCommon.
import {
  duplicateValue,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
  tooMany,
} from '../../../apimachinery/field-error.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { type Errors, oneOf, present, requiredName, requiredOneOf } from './checks.ts'
import { checkEnv, checkEnvFrom } from './env.ts'
import { checkLifecycle, checkProbes } from './handlers.ts'
import type { PodContext } from './pod-context.ts'
import { type Container, isSidecar, type PodSpec } from './pod-types.ts'
import { checkContainerPorts, checkHostPorts } from './ports.ts'
import { checkContainerResources } from './resources.ts'
import { checkSecurityContext } from './security-contexts.ts'
import { checkVolumeDevices, checkVolumeMounts } from './volume-mounts.ts'
import { checkPullPolicy } from './volume-sources.ts'

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure']
const RULE_ACTIONS = ['Restart', 'RestartAllContainers']
const RULE_OPERATORS = ['In', 'NotIn']
const MAX_RULES = 20
const MAX_EXIT_CODES = 255
const NO_POLICY = 'must specify restartPolicy when restart rules are used'
const SIDECARS_ONLY = 'may not be set for init containers without restartPolicy=Always'
const NOT_EPHEMERAL = 'cannot be set for an Ephemeral Container'
/** In Go's order; what is not among these may be set. */
const EPHEMERAL_REFUSED = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

const checkResizePolicy = ({ resizePolicy }: Container, path: string, errors: Errors, { restartPolicy: ofPod }: PodContext): void => {
  if (!resizePolicy) return
  const seen = new Set<string>()
  resizePolicy.forEach(({ resourceName = '', restartPolicy = '' }, index) => {
    if (seen.has(resourceName)) errors.push(duplicateValue(`${path}[${index}]`, resourceName))
    seen.add(resourceName)
    requiredOneOf(resourceName, ['cpu', 'memory'], path, errors)
    requiredOneOf(restartPolicy, ['NotRequired', 'RestartContainer'], path, errors)
    if (ofPod === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(invalidValue(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
  })
}

/** What all sorts have in common. */
const checkCommon = (container: Container, path: string, errors: Errors, context: PodContext): void => {
  requiredName(container.name, dns1123Label, `${path}.name`, errors)
  present(container.image, `${path}.image`, errors)
  requiredOneOf(container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], `${path}.terminationMessagePolicy`, errors)
  checkContainerPorts(container.ports, `${path}.ports`, errors)
  checkEnv(container.env, `${path}.env`, errors)
  checkEnvFrom(container.envFrom, `${path}.envFrom`, errors)
  checkVolumeMounts(container, `${path}.volumeMounts`, errors, context)
  checkVolumeDevices(container, `${path}.volumeDevices`, errors, context)
  checkPullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`, errors)
  checkContainerResources(container.resources, `${path}.resources`, errors, context)
  checkResizePolicy(container, `${path}.resizePolicy`, errors, context)
  checkSecurityContext(container.securityContext, `${path}.securityContext`, errors, context)
}

const checkRestartRules = ({ restartPolicy, restartPolicyRules: rules = [] }: Container, path: string, errors: Errors): void => {
  if (restartPolicy === undefined) {
    if (rules.length > 0) errors.push(required(`${path}.restartPolicy`, NO_POLICY))
    else return
  } else oneOf(restartPolicy, RESTART_POLICIES, `${path}.restartPolicy`, errors)
  if (rules.length > MAX_RULES) errors.push(tooMany(`${path}.restartPolicyRules`, rules.length, MAX_RULES))
  rules.forEach(({ action, exitCodes }, index) => {
    const at = `${path}.restartPolicyRules[${index}]`
    oneOf(action, RULE_ACTIONS, `${at}.action`, errors)
    if (!exitCodes) {
      errors.push(required(`${at}.exitCodes`, 'must be specified'))
      return
    }
    oneOf(exitCodes.operator, RULE_OPERATORS, `${at}.exitCodes.operator`, errors)
    const count = exitCodes.values?.length ?? 0
    if (count > MAX_EXIT_CODES) errors.push(tooMany(`${at}.exitCodes.values`, count, MAX_EXIT_CODES))
  })
}

export const checkContainers = (spec: PodSpec, path: string, errors: Errors, context: PodContext): void => {
  const containers = spec.containers ?? []
  if (!present(containers, path, errors)) return
  const names = new Set<string>()
  for (let index = 0; index < containers.length; index++) {
    const container = containers[index] as Container
    const at = `${path}[${index}]`
    const name = container.name ?? ''
    checkCommon(container, at, errors, context)
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name))
    names.add(name)
    checkLifecycle(container.lifecycle, `${at}.lifecycle`, errors, context)
    checkProbes(container, at, errors, context)
    checkRestartRules(container, at, errors)
  }
  checkHostPorts(containers, path, errors)
}

const checkInitOnly = (container: Container, path: string, errors: Errors, context: PodContext): void => {
  if (isSidecar(container)) {
    checkLifecycle(container.lifecycle, `${path}.lifecycle`, errors, context)
    checkProbes(container, path, errors, context)
    return
  }
  for (const member of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    if (container[member]) errors.push(forbiddenField(`${path}.${member}`, SIDECARS_ONLY))
  if (context.tolerances.restartOfInitContainers) return
  container.resizePolicy?.forEach(({ restartPolicy }, index) => {
    if (restartPolicy === 'RestartContainer')
      errors.push(
        invalidValue(
          `${path}.resizePolicy[${index}].restartPolicy`,
          restartPolicy,
          "must not be set to 'RestartContainer' for non-sidecar initContainers",
        ),
      )
  })
}

export const checkInitContainers = (spec: PodSpec, path: string, errors: Errors, context: PodContext): void => {
  if (!spec.initContainers) return
  const names = new Set((spec.containers ?? []).map(({ name }) => name ?? ''))
  spec.initContainers.forEach((container, index) => {
    const at = `${path}[${index}]`
    const name = container.name ?? ''
    checkCommon(container, at, errors, context)
    // Without a policy upstream does not look at the rules of those that run first.
    if (container.restartPolicy !== undefined) checkRestartRules(container, at, errors)
    else if (container.restartPolicyRules) errors.push(required(`${at}.restartPolicy`, NO_POLICY))
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name))
    else if (name !== '') names.add(name)
    checkHostPorts([container], path, errors)
    checkInitOnly(container, at, errors, context)
  })
}

/** Spaces around an image's name: pods alone refuse them, templates do not. */
export const checkImageSpace = ({ image = '' }: Container, path: string, errors: Errors): void => {
  if (image.trim() !== image) errors.push(invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace'))
}

const checkEphemeralOnly = (container: Container, path: string, errors: Errors): void => {
  for (const member of EPHEMERAL_REFUSED) {
    const value = container[member]
    if (value !== undefined && (member !== 'resources' || Object.keys(value).length > 0))
      errors.push(forbiddenField(`${path}.${member}`, NOT_EPHEMERAL))
  }
  container.volumeMounts?.forEach(({ subPath, subPathExpr }, index) => {
    if (subPath) errors.push(forbiddenField(`${path}.volumeMounts[${index}].subPath`, NOT_EPHEMERAL))
    if (subPathExpr) errors.push(forbiddenField(`${path}.volumeMounts[${index}].subPathExpr`, NOT_EPHEMERAL))
  })
}

export const checkEphemeralContainers = (spec: PodSpec, path: string, errors: Errors, context: PodContext): void => {
  const { containers, initContainers = [], ephemeralContainers } = spec
  if (!ephemeralContainers) return
  const others = new Set([...(containers ?? []), ...initContainers].map(({ name }) => name ?? ''))
  const names = new Set(others)
  ephemeralContainers.forEach((container, index) => {
    const at = `${path}[${index}]`
    const { name = '', targetContainerName: target } = container
    checkCommon(container, at, errors, context)
    checkImageSpace(container, at, errors)
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name))
    names.add(name)
    if (target && !others.has(target)) errors.push(notFoundValue(`${at}.targetContainerName`, target))
    checkEphemeralOnly(container, at, errors)
  })
}

const POD_POLICIES = ['Always', 'OnFailure', 'Never']

/** A pod's own restart policy. */
export const checkRestartPolicy = (policy: string | undefined, path: string, errors: Errors): void => {
  if (present(policy, path, errors) && !POD_POLICIES.includes(policy as string)) errors.push(notSupported(path, policy, POD_POLICIES))
}
