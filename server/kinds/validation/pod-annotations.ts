// Annotations that pods once had fields for. Upstream: ValidatePodSpecificAnnotations, ValidatePodSpecificAnnotationUpdates,
// validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate.

import { equalValues } from '../../../apimachinery/equal-values.ts'
import { forbiddenField, invalidValue } from '../../../apimachinery/field-error.ts'
import type { Errors } from './checks.ts'
import type { Labels } from './label-selectors.ts'
import { checkDescendingPath } from './path-checks.ts'
import type { PodContext } from './pod-context.ts'
import { type ConfinementProfile, type PodSpec, type Toleration, visitContainers } from './pod-types.ts'
import { DELETION_COST, isDeletionCost } from './tolerances.ts'
import { checkTolerations } from './tolerations.ts'

export const MIRROR = 'kubernetes.io/config.mirror'
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations'
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
export const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const LOCALHOST = 'localhost/'

const checkTolerationsText = (text: string, path: string, errors: Errors, context: PodContext): void => {
  let tolerations: unknown
  try {
    tolerations = JSON.parse(text)
  } catch {
    errors.push(invalidValue(path, TOLERATIONS, `invalid character ${goCharacter(text)} looking for beginning of value`))
    return
  }
  if (Array.isArray(tolerations)) checkTolerations(tolerations as Toleration[], `${path}.${TOLERATIONS}`, errors, context.tolerances)
}

/** The first character, as Go's JSON errors quote it. */
const goCharacter = (text: string): string => `'${text.trimStart().charAt(0)}'`

const checkSeccompText = (profile: string, path: string, errors: Errors): void => {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return
  if (profile.startsWith(LOCALHOST)) checkDescendingPath(profile.slice(LOCALHOST.length), path, errors)
  else errors.push(invalidValue(path, profile, 'must be a valid seccomp profile'))
}

const hasContainer = (spec: PodSpec, name: string): boolean => {
  let found = false
  visitContainers(spec, '', (container) => {
    found ||= (container.name ?? '') === name
  })
  return found
}

const checkAppArmorText = (key: string, profile: string, spec: PodSpec, path: string, errors: Errors): void => {
  const name = key.slice(APP_ARMOR.length)
  const at = `${path}[${key}]`
  if (!hasContainer(spec, name)) errors.push(invalidValue(at, name, 'container not found'))
  if (profile !== '' && profile !== 'runtime/default' && profile !== 'unconfined' && !profile.startsWith(LOCALHOST))
    errors.push(invalidValue(at, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`))
}

export const checkPodAnnotations = (
  annotations: Labels | undefined,
  spec: PodSpec,
  path: string,
  errors: Errors,
  context: PodContext,
): void => {
  if (!annotations) return
  const mirror = annotations[MIRROR]
  if (mirror !== undefined && !spec.nodeName)
    errors.push(invalidValue(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'))
  if (annotations[TOLERATIONS]) checkTolerationsText(annotations[TOLERATIONS], path, errors, context)
  const cost = annotations[DELETION_COST]
  if (cost !== undefined && !context.tolerances.invalidDeletionCost && !isDeletionCost(cost))
    errors.push(invalidValue(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'))
  const seccomp = annotations[SECCOMP_POD]
  if (seccomp !== undefined) checkSeccompText(seccomp, `${path}.${SECCOMP_POD}`, errors)
  for (const key in annotations)
    if (key.startsWith(SECCOMP_CONTAINER)) checkSeccompText(annotations[key] as string, `${path}.${key}`, errors)
  for (const key in annotations) if (key.startsWith(APP_ARMOR)) checkAppArmorText(key, annotations[key] as string, spec, path, errors)
}

/** Which annotations an update may neither add, change nor remove. */
export const checkAnnotationUpdate = (now: Labels = {}, old: Labels = {}, path: string, errors: Errors): void => {
  for (const key in old) {
    if (now[key] === old[key]) continue
    if (key.startsWith(APP_ARMOR)) errors.push(forbiddenField(`${path}[${key}]`, 'may not remove or update AppArmor annotations'))
    if (key === MIRROR) errors.push(forbiddenField(`${path}[${key}]`, 'may not remove or update mirror pod annotation'))
  }
  for (const key in now) {
    if (old[key] !== undefined) continue
    if (key.startsWith(APP_ARMOR)) errors.push(forbiddenField(`${path}[${key}]`, 'may not add AppArmor annotations'))
    if (key === MIRROR) errors.push(forbiddenField(`${path}[${key}]`, 'may not add mirror pod annotation'))
  }
}

interface Spelling {
  what: string
  unconfined: readonly string[]
  runtimeDefault: readonly string[]
}
const SECCOMP: Spelling = { what: 'seccomp', unconfined: ['unconfined'], runtimeDefault: ['runtime/default', 'docker/default'] }
const ARMOR: Spelling = { what: 'apparmor', unconfined: ['unconfined'], runtimeDefault: ['runtime/default'] }

const checkMatch = (annotation: string, profile: ConfinementProfile, spelling: Spelling, path: string, errors: Errors): void => {
  const { what, unconfined, runtimeDefault } = spelling
  const differs = forbiddenField(`${path}.type`, `${what} type in annotation and field must match`)
  if (profile.type === 'Unconfined') {
    if (!unconfined.includes(annotation)) errors.push(differs)
  } else if (profile.type === 'RuntimeDefault') {
    if (!runtimeDefault.includes(annotation)) errors.push(differs)
  } else if (profile.type === 'Localhost') {
    if (!annotation.startsWith(LOCALHOST)) errors.push(differs)
    else if (annotation.slice(LOCALHOST.length) !== profile.localhostProfile)
      errors.push(forbiddenField(`${path}.localhostProfile`, `${what} profile in annotation and field must match`))
  }
}

/** Where an annotation and a field say the same, they have to agree. */
export const checkAnnotationsMatchFields = (annotations: Labels | undefined, spec: PodSpec, path: string, errors: Errors): void => {
  if (!annotations) return
  const own = spec.securityContext
  const seccomp = annotations[SECCOMP_POD]
  if (own?.seccompProfile && seccomp !== undefined)
    checkMatch(seccomp, own.seccompProfile, SECCOMP, `${path}.securityContext.seccompProfile`, errors)
  visitContainers(spec, path, ({ name = '', securityContext }, at) => {
    const annotation = annotations[SECCOMP_CONTAINER + name]
    if (securityContext?.seccompProfile && annotation !== undefined)
      checkMatch(annotation, securityContext.seccompProfile, SECCOMP, `${at}.securityContext.seccompProfile`, errors)
  })
  if (spec.os?.name === 'windows') return
  visitContainers(spec, path, ({ name = '', securityContext }, at) => {
    const annotation = annotations[APP_ARMOR + name]
    const profile = securityContext?.appArmorProfile ?? own?.appArmorProfile
    if (profile && annotation !== undefined) checkMatch(annotation, profile, ARMOR, `${at}.securityContext.appArmorProfile`, errors)
  })
}

/** The field that an AppArmor annotation stands for; undefined where it stands for none. */
export const appArmorField = (annotation: string): ConfinementProfile | undefined => {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  if (!annotation.startsWith(LOCALHOST)) return undefined
  const localhostProfile = annotation.slice(LOCALHOST.length)
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile }
}

/** Whether an annotation says what a field says. */
export const saysSameProfile = (annotation: string, profile: ConfinementProfile | undefined): boolean =>
  profile !== undefined && equalValues(profile, appArmorField(annotation))
