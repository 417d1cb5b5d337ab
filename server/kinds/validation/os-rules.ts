// What the pod's operating system rules out. Upstream: validateOS, validateLinux, validateWindows.
import { forbiddenField, required } from '../../../apimachinery/field-error.ts'
import { type Errors, oneOf } from './checks.ts'
import { type PodSpec, visitContainers } from './pod-types.ts'

const REFUSED = 'cannot be set for a windows pod'

/** Members of the pod and of its security context, as upstream orders them; a flag counts when it is true. */
const ofPods: readonly (readonly [member: string, inContext: boolean])[] = [
  ['appArmorProfile', true],
  ['seLinuxOptions', true],
  ['hostUsers', false],
  ['hostPID', false],
  ['hostIPC', false],
  ['seccompProfile', true],
  ['fsGroup', true],
  ['fsGroupChangePolicy', true],
  ['sysctls', true],
  ['shareProcessNamespace', false],
  ['runAsUser', true],
  ['runAsGroup', true],
  ['supplementalGroups', true],
  ['supplementalGroupsPolicy', true],
  ['seLinuxChangePolicy', true],
]
const flags = new Set(['hostPID', 'hostIPC'])
const ofContainers = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

const checkWindows = (spec: PodSpec, path: string, errors: Errors): void => {
  for (const [member, inContext] of ofPods) {
    const value = (inContext ? spec.securityContext : spec)?.[member as keyof object] as unknown
    if (value !== undefined && (!flags.has(member) || value === true))
      errors.push(forbiddenField(`${path}.${inContext ? 'securityContext.' : ''}${member}`, REFUSED))
  }
  visitContainers(spec, path, ({ securityContext }, at) => {
    if (!securityContext) return
    for (const member of ofContainers)
      if (securityContext[member] !== undefined) errors.push(forbiddenField(`${at}.securityContext.${member}`, REFUSED))
  })
}

const checkLinux = (spec: PodSpec, path: string, errors: Errors): void => {
  const refused = 'windows options cannot be set for a linux pod'
  if (spec.securityContext?.windowsOptions) errors.push(forbiddenField(`${path}.securityContext.windowsOptions`, refused))
  visitContainers(spec, path, ({ securityContext }, at) => {
    if (securityContext?.windowsOptions) errors.push(forbiddenField(`${at}.securityContext.windowsOptions`, refused))
  })
}

export const checkOs = (spec: PodSpec, path: string, errors: Errors): void => {
  if (!spec.os) return
  const name = spec.os.name ?? ''
  if (name === '') errors.push(required(`${path}.os.name`, ''))
  else if (name === 'linux') checkLinux(spec, path, errors)
  else if (name === 'windows') checkWindows(spec, path, errors)
  else oneOf(name, ['linux', 'windows'], `${path}.os`, errors)
}
