// Where service addresses come from and who has them. Upstream: pkg/registry/networking/ipaddress, servicecidr.
import { invalidValue, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain, type NameCheck, pathSegment } from '../../../apimachinery/names.ts'
import { since } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { differs, emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import { checkCanonicalAddress, checkCanonicalRange, parseRange } from '../validation/addresses.ts'
import { type Errors, each, immutable, optionalName, requiredName } from '../validation/checks.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'

/** `services/default/kubernetes`. */
const parent = (address: Frozen<KubeObject>): string => {
  const reference = at(address, 'spec', 'parentRef')
  if (!reference) return '<none>'
  const group = textAt(reference, 'group')
  const resource = `${textAt(reference, 'resource')}${group === '' ? '' : `.${group}`}`.toLowerCase()
  const namespace = textAt(reference, 'namespace')
  return [resource, ...(namespace === '' ? [] : [namespace]), textAt(reference, 'name')].join('/')
}

const addressName: NameCheck = (name) => {
  const errors: Errors = []
  checkCanonicalAddress(name, '', errors)
  return errors.map(({ detail }) => detail)
}

interface ParentReference {
  group?: string
  resource?: string
  namespace?: string
  name?: string
}

const PARENT = 'spec.parentRef'

const validateAddress = (address: Frozen<KubeObject>): Errors => {
  const reference = at(address, 'spec', 'parentRef') as ParentReference | undefined
  if (!reference) return [required(PARENT, '')]
  const errors: Errors = []
  optionalName(reference.group, dns1123Subdomain, `${PARENT}.group`, errors)
  requiredName(reference.resource, pathSegment, `${PARENT}.resource`, errors)
  requiredName(reference.name, pathSegment, `${PARENT}.name`, errors)
  optionalName(reference.namespace, pathSegment, `${PARENT}.namespace`, errors)
  return errors
}

/** As upstream's internal type prints it. */
const shownParent = (reference: ParentReference | undefined): object | undefined =>
  reference && {
    Group: reference.group ?? '',
    Resource: reference.resource ?? '',
    Namespace: reference.namespace ?? '',
    Name: reference.name ?? '',
  }

const validateAddressUpdate = (address: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = [...metadataErrors(address, false, addressName), ...validateAddress(address), ...metadataUpdateErrors(address, old)]
  const reference = at(address, 'spec', 'parentRef') as ParentReference | undefined
  immutable(!differs(reference, at(old, 'spec', 'parentRef')), shownParent(reference), PARENT, errors)
  return errors
}

const RANGES = 'spec.cidrs'
const TWO_OF_ONE = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'

const rangesOf = (object: Frozen<KubeObject>): string[] => listAt(object, 'spec', 'cidrs') as string[]

const validateRanges = (object: Frozen<KubeObject>): Errors => {
  const ranges = rangesOf(object)
  if (ranges.length === 0) return [required(RANGES, 'at least one CIDR required')]
  if (ranges.length > 2) return [invalidValue(RANGES, { CIDRs: ranges }, 'may only hold up to 2 values')]
  const errors: Errors = []
  each(ranges, RANGES, errors, checkCanonicalRange)
  const [first, second] = ranges.map((range) => parseRange(range)?.address.bytes.length)
  if (first !== undefined && first === second) errors.push(invalidValue(RANGES, ranges, TWO_OF_ONE))
  return errors
}

/** Ranges stay, but a second may come. */
const validateRangesUpdate = (object: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const [ranges, before] = [rangesOf(object), rangesOf(old)]
  if (before.length === ranges.length || (before.length === 1 && ranges.length === 2)) {
    before.forEach((range, index) => {
      immutable(ranges[index] === range, ranges[index], `${RANGES}[${index}]`, errors)
    })
    return before.length === ranges.length ? errors : [...errors, ...validateRanges(object)]
  }
  immutable(false, at(object, 'spec', 'cidrs') ?? null, RANGES, errors)
  return errors
}

export const ipaddresses = defineResource('networking.k8s.io', 'IPAddress', {
  cells: { ParentRef: parent },
  // Upstream sends the age and no column for it.
  unnamedCells: [(address) => since(address.metadata.creationTimestamp)],
  strategy: strategyOf(
    { name: addressName },
    // An address is no prefix of another: a name is what it was to be made of.
    { comparesMetadata: true, generateName: (base) => base, validate: validateAddress, validateUpdate: validateAddressUpdate },
  ),
})

export const servicecidrs = defineResource('networking.k8s.io', 'ServiceCIDR', {
  cells: { CIDRs: (range) => listAt(range, 'spec', 'cidrs').join(',') },
  strategy: strategyOf(
    { statusKeeps: USER_METADATA, status: emptyStatus },
    { validate: validateRanges, validateUpdate: validateRangesUpdate },
  ),
  statusRules: { validateUpdate: () => [] },
})
