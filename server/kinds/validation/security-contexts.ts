// Under whom and how confined pods and containers run. Upstream: ValidateSecurityContext, validatePodSpecSecurityContext.
import { invalidValue, required, tooLong } from '../../../apimachinery/field-error.ts'
import { type Errors, oneOf, present, within } from './checks.ts'
import { internalText } from './internal-text.ts'
import { checkDescendingPath } from './path-checks.ts'
import type { PodContext } from './pod-context.ts'
import type { ConfinementProfile, Integer, PodSecurityContext, PodSpec, SecurityContext } from './pod-types.ts'
import { isSysctlName, MAX_SYSCTL, SYSCTL_PATTERN, sysctlNamespace } from './sysctls.ts'
import { checkWindowsOptions } from './windows-options.ts'

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']
const MAX_PATH = 4095

/** A user's or a group's number. */
const checkId = (id: Integer | undefined, path: string, errors: Errors): void => within(id, [0, 2 ** 31 - 1], path, errors)

const checkSeccomp = (profile: ConfinementProfile | undefined, path: string, errors: Errors): void => {
  if (!profile) return
  const { type, localhostProfile } = profile
  if (present(type, `${path}.type`, errors, 'type is required when seccompProfile is set')) oneOf(type, PROFILES, `${path}.type`, errors)
  if (type === 'Localhost') {
    if (localhostProfile === undefined) errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'))
    else checkDescendingPath(localhostProfile, `${path}.localhostProfile`, errors)
  } else if (localhostProfile !== undefined) {
    const value = internalText('core.SeccompProfile', profile)
    const detail = 'can only be set when seccomp type is Localhost'
    errors.push({ type: 'FieldValueInvalid', field: `${path}.localhostProfile`, value, detail })
  }
}

const checkLocalAppArmor = (profile: string | undefined, path: string, errors: Errors): void => {
  const missing = 'must be set when AppArmor type is Localhost'
  if (profile === undefined) {
    errors.push(required(path, missing))
    return
  }
  const trimmed = profile.trim()
  if (trimmed !== profile) errors.push(invalidValue(path, profile, 'must not be padded with whitespace'))
  else if (trimmed === '') errors.push(required(path, missing))
  if (Buffer.byteLength(profile) > MAX_PATH) errors.push(tooLong(path, MAX_PATH))
}

export const checkAppArmor = (profile: ConfinementProfile | undefined, path: string, errors: Errors): void => {
  if (!profile) return
  const { type = '', localhostProfile } = profile
  if (type === '') errors.push(required(`${path}.type`, 'type is required when appArmorProfile is set'))
  else if (type === 'Localhost') checkLocalAppArmor(localhostProfile, `${path}.localhostProfile`, errors)
  else if (!PROFILES.includes(type)) oneOf(type, PROFILES, `${path}.type`, errors)
  else if (localhostProfile !== undefined)
    errors.push(invalidValue(`${path}.localhostProfile`, localhostProfile, 'can only be set when AppArmor type is Localhost'))
}

const wholeFault = (context: SecurityContext, path: string, detail: string) => ({
  type: 'FieldValueInvalid' as const,
  field: path,
  value: internalText('core.SecurityContext', context),
  detail,
})

const checkEscalation = (context: SecurityContext, path: string, errors: Errors): void => {
  if (context.allowPrivilegeEscalation !== false) return
  if (context.privileged) errors.push(wholeFault(context, path, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
  for (const capability of context.capabilities?.add ?? [])
    if (capability === 'CAP_SYS_ADMIN')
      errors.push(wholeFault(context, path, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'))
}

export const checkSecurityContext = (
  context: SecurityContext | undefined,
  path: string,
  errors: Errors,
  { hostUsers }: PodContext,
): void => {
  if (!context) return
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  if (context.procMount !== undefined) {
    oneOf(context.procMount, ['Default', 'Unmasked'], `${path}.procMount`, errors)
    if (hostUsers && context.procMount === 'Unmasked')
      errors.push(invalidValue(`${path}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'))
  }
  checkSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  checkEscalation(context, path, errors)
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors)
  checkAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors)
}

const checkSysctls = (
  spec: PodSpec,
  sysctls: NonNullable<PodSecurityContext['sysctls']>,
  path: string,
  errors: Errors,
  allowed: boolean,
): void => {
  const seen = new Set<string>()
  sysctls.forEach(({ name = '' }, index) => {
    const at = `${path}[${index}].name`
    if (name === '') errors.push(required(at, ''))
    else if (!isSysctlName(name))
      errors.push(invalidValue(at, name, `must have at most ${MAX_SYSCTL} characters and match regex ${SYSCTL_PATTERN}`))
    else if (seen.has(name)) errors.push({ type: 'FieldValueDuplicate', field: at, value: JSON.stringify(name), detail: '' })
    if (!allowed) {
      const namespace = sysctlNamespace(name)
      if (spec.hostNetwork && namespace === 'net') errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"))
      else if (spec.hostIPC && namespace === 'ipc') errors.push(invalidValue(at, name, "may not be specified when 'hostIPC' is true"))
    }
    seen.add(name)
  })
}

export const checkPodSecurityContext = (spec: PodSpec, specPath: string, errors: Errors, { tolerances }: PodContext): void => {
  const context = spec.securityContext
  const path = `${specPath}.securityContext`
  if (!context) return
  checkId(context.fsGroup, `${path}.fsGroup`, errors)
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  context.supplementalGroups?.forEach((group, index) => {
    checkId(group, `${path}.supplementalGroups[${index}]`, errors)
  })
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(invalidValue(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'))
  if (context.sysctls) checkSysctls(spec, context.sysctls, `${path}.sysctls`, errors, tolerances.sysctlsOfHostNamespaces)
  if (context.fsGroupChangePolicy !== undefined)
    oneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`, errors)
  checkSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors)
  checkAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors)
  if (context.supplementalGroupsPolicy !== undefined)
    oneOf(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`, errors)
  if (context.seLinuxChangePolicy !== undefined) {
    const policies = tolerances.anyLabelChangePolicy ? ['MountOption', 'Recursive'] : ['Recursive']
    oneOf(context.seLinuxChangePolicy, policies, `${path}.seLinuxChangePolicy`, errors)
  }
}
