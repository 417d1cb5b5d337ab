// What is checked of a service's addresses, families and policy, each alone, against one another, and against what they were.
// Upstream: ValidateServiceClusterIPsRelatedFields and validateServiceClusterIPsUpgradeDowngrade in pkg/apis/core/validation.
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
