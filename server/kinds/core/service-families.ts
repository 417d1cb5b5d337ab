// Which address families a service has, from its policy, its families and its addresses, on a cluster of one family or two.
// Upstream: initIPFamilyFields in pkg/registry/core/service/storage/alloc.go.
import { type FieldError, invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { invalid } from '../../../apimachinery/status-error.ts'
import { checkAddressFields } from './service-address-rules.ts'
import type { ServiceSpec } from './service-types.ts'

export const NONE = 'None'
export const specOf = (service: Frozen<KubeObject>): ValueMap => (service['spec'] ?? {}) as ValueMap
export const texts = (service: Frozen<KubeObject>, member: string): string[] => listAt(service, 'spec', member) as string[]
export const typeOf = (service: Frozen<KubeObject>): string => textAt(service, 'spec', 'type') || 'ClusterIP'
export const needsAddress = (service: Frozen<KubeObject>): boolean => typeOf(service) !== 'ExternalName'

const otherFamily = (family: string): string => (family === 'IPv4' ? 'IPv6' : 'IPv4')
const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((entry, index) => entry === b[index])
export const sameList = (a: Frozen<KubeObject>, b: Frozen<KubeObject>, member: string): boolean => same(texts(a, member), texts(b, member))

/** A service that prefers two families keeps what it has when nothing about it changes. */
export const keepsFamilies = (service: Frozen<KubeObject>, old: Frozen<KubeObject> | undefined): boolean =>
  old !== undefined &&
  textAt(old, 'spec', 'ipFamilyPolicy') === 'PreferDualStack' &&
  textAt(service, 'spec', 'ipFamilyPolicy') === 'PreferDualStack' &&
  needsAddress(old) === needsAddress(service) &&
  sameList(service, old, 'clusterIPs') &&
  sameList(service, old, 'ipFamilies')

const isHeadlessWithoutSelector = (service: Frozen<KubeObject>): boolean =>
  textAt(service, 'spec', 'clusterIP') === NONE && Object.keys((at(service, 'spec', 'selector') ?? {}) as object).length === 0

const inferPolicy = (service: KubeObject, old: Frozen<KubeObject> | undefined): void => {
  const spec = specOf(service)
  if (spec['ipFamilyPolicy'] !== undefined) return
  const before = old && at(old, 'spec', 'ipFamilyPolicy')
  spec['ipFamilyPolicy'] = (before ?? (isHeadlessWithoutSelector(service) ? 'RequireDualStack' : 'SingleStack')) as Value
}

/** An update that gives up the second family, or tries to without saying so. */
const reductionErrors = (service: KubeObject, old: Frozen<KubeObject>): FieldError[] => {
  const spec = specOf(service)
  const policy = spec['ipFamilyPolicy'] as string
  if (policy === 'SingleStack') {
    for (const member of ['clusterIPs', 'ipFamilies'])
      if (sameList(service, old, member) && texts(service, member).length > 1) spec[member] = texts(service, member).slice(0, 1)
    return []
  }
  const reduced = (member: string): boolean => {
    const [before, now] = [texts(old, member), texts(service, member)]
    return needsAddress(old) && now.length > 0 && now.length < before.length && same(now, before.slice(0, now.length))
  }
  const error = (what: string): FieldError =>
    invalidValue('spec.ipFamilyPolicy', policy, `must be 'SingleStack' to release the secondary ${what}`)
  return [...(reduced('clusterIPs') ? [error('cluster IP')] : []), ...(reduced('ipFamilies') ? [error('IP family')] : [])]
}

const policyErrors = (service: KubeObject): FieldError[] => {
  const policy = textAt(service, 'spec', 'ipFamilyPolicy')
  if (policy !== 'SingleStack') return []
  const error = (what: string): FieldError =>
    invalidValue('spec.ipFamilyPolicy', policy, `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`)
  return [
    ...(texts(service, 'clusterIPs').length === 2 ? [error('cluster IPs')] : []),
    ...(texts(service, 'ipFamilies').length === 2 ? [error('IP families')] : []),
  ]
}

/** Families of addresses that were given without theirs. */
const inferFamilies = (service: KubeObject, available: readonly string[]): FieldError[] => {
  const errors: FieldError[] = []
  const spec = specOf(service)
  const addresses = texts(service, 'clusterIPs')
  for (const [index, address] of addresses.entries()) {
    if (address === NONE) break
    const family = address.includes(':') ? 'IPv6' : 'IPv4'
    if (index < texts(service, 'ipFamilies').length) continue
    if (available.includes(family)) spec['ipFamilies'] = [...texts(service, 'ipFamilies'), family]
    else errors.push(invalidValue(`spec.clusterIPs[${index}]`, addresses, `${family} is not configured on this cluster`))
  }
  return errors
}

const refuse = (service: KubeObject, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [...errors])
}

/** Fills in policy and families; `available` are the cluster's families, the first by default. Throws StatusError Invalid. */
export const initFamilies = (service: KubeObject, old: Frozen<KubeObject> | undefined, available: readonly string[]): void => {
  if (!needsAddress(service) || keepsFamilies(service, old)) return
  inferPolicy(service, old)
  const spec = specOf(service)
  const wrong: FieldError[] = []
  checkAddressFields(spec as ServiceSpec, old && (specOf(old) as ServiceSpec), wrong)
  refuse(service, wrong)
  const errors = [...(old ? reductionErrors(service, old) : []), ...policyErrors(service)]
  refuse(service, [...errors, ...inferFamilies(service, available)])
  const policy = spec['ipFamilyPolicy'] as string
  const first = available[0] as string
  if (isHeadlessWithoutSelector(service)) {
    const families = texts(service, 'ipFamilies').length === 0 ? [first] : texts(service, 'ipFamilies')
    spec['ipFamilies'] =
      families.length < 2 && policy !== 'SingleStack' ? [families[0] as string, otherFamily(families[0] as string)] : families
    return
  }
  const unavailable = texts(service, 'ipFamilies').flatMap((family, index) =>
    available.includes(family) ? [] : [invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')],
  )
  const single = policy === 'RequireDualStack' && available.length < 2
  refuse(service, [
    ...(single ? [invalidValue('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services')] : []),
    ...unavailable,
  ])
  const families = texts(service, 'ipFamilies').length === 0 ? [first] : texts(service, 'ipFamilies')
  const grows = policy !== 'SingleStack' && families.length === 1 && available.length === 2
  spec['ipFamilies'] = grows ? [families[0] as string, otherFamily(families[0] as string)] : families
}
