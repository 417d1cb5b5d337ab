// The address families of services: which a service has, and what may be asked of a cluster that has IPv4 alone.
// Upstream: pkg/registry/core/service/storage/alloc.go (initIPFamilyFields), ValidateServiceClusterIPsRelatedFields.
import { duplicateValue, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import type { Frozen } from '../../../apimachinery/kube-object.ts'
import { checkAddress, isV6Text } from '../validation/addresses.ts'
import type { Errors } from '../validation/checks.ts'
import { isHeadless, NO_ADDRESS, type ServiceSpec } from './service-types.ts'

const V4 = 'IPv4'
const V6 = 'IPv6'
const SINGLE = 'SingleStack'
const POLICIES = ['PreferDualStack', 'RequireDualStack', SINGLE]
const ADDRESSES = 'spec.clusterIPs'
const FAMILIES = 'spec.ipFamilies'
const POLICY = 'spec.ipFamilyPolicy'

/** Of one address at least two can be told apart only where both are there. */
const isDualStack = (addresses: readonly string[]): boolean => new Set(addresses.map(isV6Text)).size === 2

const checkPair = ({ clusterIP = '', clusterIPs = [] }: ServiceSpec, errors: Errors): void => {
  if (clusterIP === '') {
    if (clusterIPs.length > 0) errors.push(invalidValue(ADDRESSES, clusterIPs, 'must be empty when `clusterIP` is not specified'))
  } else if (clusterIPs.length === 0) errors.push(required(ADDRESSES, ''))
  else if (clusterIPs[0] !== clusterIP) errors.push(invalidValue(ADDRESSES, clusterIPs, 'first value must match `clusterIP`'))
}

const checkFamilies = ({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec, errors: Errors): void => {
  ipFamilies.forEach((family, index) => {
    const path = `${FAMILIES}[${index}]`
    if (family !== V4 && family !== V6) errors.push(notSupported(path, family, [V4, V6]))
    if (ipFamilies.indexOf(family) < index) errors.push(duplicateValue(path, family))
  })
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) errors.push(notSupported(POLICY, ipFamilyPolicy, POLICIES))
}

/** Whether all addresses are some. */
const checkAddresses = (addresses: readonly string[], errors: Errors, before: readonly string[]): boolean => {
  const found = errors.length
  addresses.forEach((address, index) => {
    if (index > 0 || address !== NO_ADDRESS) checkAddress(address, `${ADDRESSES}[${index}]`, errors, before)
    else if (addresses.length > 1) errors.push(invalidValue(ADDRESSES, addresses, "'None' must be the first and only value"))
  })
  const fine = errors.length === found
  if (addresses.length > 2) errors.push(invalidValue(ADDRESSES, addresses, 'may only hold up to 2 values'))
  return fine
}

/** Addresses, families and policy of a service that has any, each alone and against one another. */
export const checkAddressFields = (spec: ServiceSpec, old: Frozen<ServiceSpec> | undefined, errors: Errors): void => {
  if (spec.type === 'ExternalName') return
  checkPair(spec, errors)
  checkFamilies(spec, errors)
  const { clusterIPs = [], ipFamilies = [] } = spec
  if (!checkAddresses(clusterIPs, errors, old?.clusterIPs ?? [])) return
  if (clusterIPs.length > 1 && !isDualStack(clusterIPs))
    errors.push(invalidValue(ADDRESSES, clusterIPs, 'may specify no more than one IP for each IP family'))
  if (isHeadless(spec)) return
  clusterIPs.slice(0, ipFamilies.length).forEach((address, index) => {
    const family = ipFamilies[index]
    if ((family === V4 && isV6Text(address)) || (family === V6 && !isV6Text(address)))
      errors.push(invalidValue(`${ADDRESSES}[${index}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``))
  })
}

const same = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  (a?.length ?? 0) === (b?.length ?? 0) && (a ?? []).every((value, index) => value === b?.[index])

const PREFER = 'PreferDualStack'

/** Nothing about the addresses of a service that takes two where there are two has changed. */
const keepsDualStack = (spec: ServiceSpec, old: Frozen<ServiceSpec> | undefined): boolean =>
  old !== undefined &&
  spec.ipFamilyPolicy === PREFER &&
  old.type === spec.type &&
  (old.ipFamilyPolicy ?? PREFER) === PREFER &&
  same(old.clusterIPs, spec.clusterIPs) &&
  same(old.ipFamilies, spec.ipFamilies)

const defaultPolicy = (spec: ServiceSpec, old: Frozen<ServiceSpec> | undefined): string => {
  if (old?.ipFamilyPolicy !== undefined) return old.ipFamilyPolicy
  return spec.clusterIP === NO_ADDRESS && Object.keys(spec.selector ?? {}).length === 0 ? 'RequireDualStack' : SINGLE
}

const isReduced = (before: readonly string[] | undefined, after: readonly string[] | undefined): boolean =>
  (after?.length ?? 0) > 0 && (before?.length ?? 0) > (after?.length ?? 0)

const first = <T>(list: T[] | undefined): T[] => (list ?? []).slice(0, 1)

const reduceToPolicy = (spec: ServiceSpec, old: Frozen<ServiceSpec>, errors: Errors): void => {
  const { clusterIPs, ipFamilies, ipFamilyPolicy } = spec
  if (ipFamilyPolicy === SINGLE) {
    if ((clusterIPs?.length ?? 0) > 1 && same(clusterIPs, old.clusterIPs)) spec.clusterIPs = first(clusterIPs)
    if ((ipFamilies?.length ?? 0) > 1 && same(ipFamilies, old.ipFamilies)) spec.ipFamilies = first(ipFamilies)
    return
  }
  if (isReduced(old.clusterIPs, clusterIPs))
    errors.push(invalidValue(POLICY, ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"))
  if (isReduced(old.ipFamilies, ipFamilies))
    errors.push(invalidValue(POLICY, ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"))
}

const inferFamilies = (spec: ServiceSpec, errors: Errors): void => {
  const { clusterIPs = [], ipFamilyPolicy } = spec
  if (ipFamilyPolicy === SINGLE) {
    const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
    if (clusterIPs.length === 2) errors.push(invalidValue(POLICY, ipFamilyPolicy, `${detail} cluster IPs are specified`))
    if (spec.ipFamilies?.length === 2) errors.push(invalidValue(POLICY, ipFamilyPolicy, `${detail} IP families are specified`))
  }
  for (let index = spec.ipFamilies?.length ?? 0; index < clusterIPs.length; index++) {
    const address = clusterIPs[index] as string
    if (clusterIPs[0] === NO_ADDRESS) return
    if (isV6Text(address)) errors.push(invalidValue(`${ADDRESSES}[${index}]`, clusterIPs, 'IPv6 is not configured on this cluster'))
    else spec.ipFamilies = [...(spec.ipFamilies ?? []), V4]
  }
}

/** Fills in families and policy as a cluster with IPv4 alone has them. Errors are those that upstream answers with alone. */
export const fillFamilies = (spec: ServiceSpec, old: Frozen<ServiceSpec> | undefined): Errors => {
  const errors: Errors = []
  if (spec.type === 'ExternalName' || keepsDualStack(spec, old)) return errors
  spec.ipFamilyPolicy ??= defaultPolicy(spec, old)
  checkAddressFields(spec, old, errors)
  if (errors.length > 0) return errors
  if (old) reduceToPolicy(spec, old, errors)
  inferFamilies(spec, errors)
  if (errors.length > 0) return errors
  if (spec.clusterIP === NO_ADDRESS && Object.keys(spec.selector ?? {}).length === 0) {
    const [family = V4, other] = spec.ipFamilies ?? []
    if (other === undefined && spec.ipFamilyPolicy !== SINGLE) spec.ipFamilies = [family, family === V4 ? V6 : V4]
    else spec.ipFamilies ??= [V4]
    return errors
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.push(invalidValue(POLICY, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'))
  spec.ipFamilies?.forEach((family, index) => {
    if (family !== V4) errors.push(invalidValue(`${FAMILIES}[${index}]`, family, 'not configured on this cluster'))
  })
  if (errors.length === 0 && (spec.ipFamilies?.length ?? 0) === 0) spec.ipFamilies = [V4]
  return errors
}

/** Addresses that stay: a list that follows the single address old clients know. */
export const matchAddresses = (spec: ServiceSpec, old: Frozen<ServiceSpec> | undefined): void => {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
    return
  }
  if (old.type !== 'ExternalName' && spec.type !== 'ExternalName') {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = [...old.clusterIPs]
  }
  if (!spec.clusterIPs?.length && old.clusterIPs?.length && (old.clusterIP ?? '') === (spec.clusterIP ?? ''))
    spec.clusterIPs = [...old.clusterIPs]
  if ((old.clusterIP ?? '') === (spec.clusterIP ?? '') || !same(spec.clusterIPs, old.clusterIPs)) return
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
  else delete spec.clusterIPs
}

/** Addresses and families of a service that was there: the first may not change while it has any. */
export const checkFamilyChange = (spec: ServiceSpec, old: Frozen<ServiceSpec>, errors: Errors): void => {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return
  const [after, before] = [isHeadless(spec), isHeadless(old as ServiceSpec)]
  if (!(after && before)) checkChange('clusterIPs', 'clusterIP', spec, old, errors)
  if (!after && !before) checkChange('ipFamilies', 'ipFamily', spec, old, errors)
}

const checkChange = (
  member: 'clusterIPs' | 'ipFamilies',
  singular: string,
  spec: ServiceSpec,
  old: Frozen<ServiceSpec>,
  errors: Errors,
): void => {
  const [after, before] = [spec[member] ?? [], old[member] ?? []]
  const path = `spec.${member}[0]`
  if (before.length === after.length) {
    before.forEach((value, index) => {
      if (value === after[index]) return
      errors.push(invalidValue(member === 'ipFamilies' ? path : `spec.${member}[${index}]`, after, 'may not change once set'))
    })
    return
  }
  const fewer = before.length > after.length
  if (fewer && !spec.clusterIPs?.length) errors.push(invalidValue(path, spec[member], `primary ${singular} can not be unset`))
  if (before.length > 0 && after.length > 0 && before[0] !== after[0])
    errors.push(invalidValue(path, spec.clusterIPs, 'may not change once set'))
  if (fewer && after.length === 1 && spec.ipFamilyPolicy !== SINGLE)
    errors.push(invalidValue(POLICY, spec.ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${singular}`))
}
