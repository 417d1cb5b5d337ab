// Devices that are asked for, in claims and in templates for them; selectors are checked for all but what they compile to.
// Upstream: pkg/apis/resource/validation.
import { duplicateValue, invalidValue, notSupported, required, tooLong, tooMany } from '../../../apimachinery/field-error.ts'
import { writeJson } from '../../../apimachinery/json-write.ts'
import { isMap, type Value } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, labelValue } from '../../../apimachinery/names.ts'
import { checkDriverName } from '../storage/storage-validation.ts'
import { type Check, type Errors, each, named, oneOf, requiredName } from '../validation/checks.ts'
import { checkLabelName } from '../validation/label-selectors.ts'

interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

interface SubRequest {
  name?: string
  deviceClassName?: string
  selectors?: Selector[]
  allocationMode?: string
  count?: number
  tolerations?: Toleration[]
}

export interface Selector {
  cel?: { expression?: string }
}

interface Request {
  name?: string
  exactly?: SubRequest
  firstAvailable?: SubRequest[]
}

interface Constraint {
  requests?: string[]
  matchAttribute?: string
  distinctAttribute?: string
}

export interface Configuration {
  requests?: string[]
  opaque?: { driver?: string; parameters?: Value }
}

export interface DeviceClaim {
  /** Written as null where there are none. */
  requests?: Request[] | null
  constraints?: Constraint[]
  config?: Configuration[]
}

const MAX_REQUESTS = 32
const MAX_CONSTRAINTS = 32
export const MAX_CONFIGURATIONS = 32
const MAX_SELECTORS = 32
const MAX_CHOICES = 8
const MAX_EXPRESSION = 10 * 1024
export const MAX_PARAMETERS = 10 * 1024
export const EFFECTS = ['NoExecute', 'NoSchedule', 'None']
const ONE_KIND = 'exactly one of `exactly` or `firstAvailable` is required'
const UNKNOWN_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
const C_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
const NO_IDENTIFIER =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
const MAX_IDENTIFIER = 32

/** Each of a list that may not be longer than a bound; longer ones are not looked at. */
export const eachAtMost = <T>(list: readonly T[] | undefined | null, most: number, path: string, errors: Errors, check: Check<T>): void => {
  if ((list?.length ?? 0) > most) errors.push(tooMany(path, list?.length ?? 0, most))
  else each(list, path, errors, check)
}

/** Each of a list in which no key comes twice; `shown` is the key as errors name it. */
export const eachOnce = <T>(
  list: readonly T[] | undefined | null,
  most: number,
  path: string,
  errors: Errors,
  check: Check<T>,
  keyOf: (item: T) => unknown,
): void => {
  const tooMuch = (list?.length ?? 0) > most
  eachAtMost(list, most, path, errors, check)
  if (tooMuch) return
  const seen = new Set<string>()
  each(list, path, errors, (item, own) => {
    const key = keyOf(item)
    const text = JSON.stringify(key)
    if (seen.has(text)) errors.push(duplicateValue(own, key))
    seen.add(text)
  })
}

/** Names that parts of a claim may refer to: requests, and choices of theirs. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>

export const requestNames = ({ requests }: DeviceClaim): RequestNames =>
  new Map((requests ?? []).map(({ name = '', firstAvailable = [] }) => [name, new Set(firstAvailable.map((choice) => choice.name ?? ''))]))

const isKnown = (names: RequestNames, [request = '', choice]: readonly string[]): boolean =>
  choice === undefined ? names.has(request) : (names.get(request)?.has(choice) ?? false)

export const checkRequestReference = (name: string, names: RequestNames, path: string, errors: Errors): void => {
  const parts = name.split('/')
  if (parts.length <= 2) for (const part of parts) named(part, dns1123Label, path, errors)
  if (parts.length > 2 || !isKnown(names, parts)) errors.push(invalidValue(path, name, UNKNOWN_REQUEST))
}

export const checkReferences = (requests: string[] | undefined, names: RequestNames, path: string, errors: Errors): void =>
  eachOnce(
    requests,
    MAX_REQUESTS,
    `${path}.requests`,
    errors,
    (name, own) => checkRequestReference(name, names, own, errors),
    (name) => name,
  )

/** A tree that a driver reads: an object, and not too large. */
export const checkParameters = (parameters: Value | undefined, path: string, errors: Errors): void => {
  if (parameters === undefined || parameters === null) errors.push(required(path, ''))
  else if (Buffer.byteLength(writeJson(parameters)) > MAX_PARAMETERS) errors.push(tooLong(path, MAX_PARAMETERS))
  else if (!isMap(parameters)) errors.push(invalidValue(path, '<value omitted>', 'must be a valid JSON object'))
}

export const checkConfiguration = ({ opaque }: Configuration, path: string, errors: Errors): void => {
  const own = `${path}.opaque`
  if (!opaque) {
    errors.push(required(own, ''))
    return
  }
  checkDriverName(opaque.driver ?? '', `${own}.driver`, errors)
  checkParameters(opaque.parameters, `${own}.parameters`, errors)
}

export const checkSelectors = (selectors: Selector[] | undefined, path: string, errors: Errors): void =>
  eachAtMost(selectors, MAX_SELECTORS, path, errors, ({ cel }, own) => {
    if (!cel) errors.push(required(`${own}.cel`, ''))
    else if (Buffer.byteLength(cel.expression ?? '') > MAX_EXPRESSION) errors.push(tooLong(`${own}.cel.expression`, MAX_EXPRESSION))
  })

const checkToleration = ({ key, operator = '', value = '', effect }: Toleration, path: string, errors: Errors): void => {
  if (key) checkLabelName(key, `${path}.key`, errors)
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalidValue(`${path}.value`, value, 'must be empty for operator `Exists`'))
  } else if (operator === 'Equal') named(value, labelValue, `${path}.value`, errors)
  else if (operator === '') errors.push(required(`${path}.operator`, ''))
  else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']))
  if (effect) oneOf(effect, EFFECTS, `${path}.effect`, errors)
}

const checkCount = ({ allocationMode = '', count = 0 }: SubRequest, path: string, errors: Errors): void => {
  if (allocationMode === 'All') {
    if (count !== 0) errors.push(invalidValue(`${path}.count`, count, "must not be specified when allocationMode is 'All'"))
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.push(invalidValue(`${path}.count`, count, 'must be greater than zero'))
  } else errors.push(notSupported(`${path}.allocationMode`, allocationMode, ['All', 'ExactCount']))
}

const checkWanted = (request: SubRequest, path: string, errors: Errors): void => {
  requiredName(request.deviceClassName, dns1123Subdomain, `${path}.deviceClassName`, errors)
  checkSelectors(request.selectors, `${path}.selectors`, errors)
  checkCount(request, path, errors)
  each(request.tolerations, `${path}.tolerations`, errors, checkToleration)
}

const checkRequest = ({ name = '', exactly, firstAvailable = [] }: Request, path: string, errors: Errors): void => {
  named(name, dns1123Label, `${path}.name`, errors)
  if (!exactly && firstAvailable.length === 0) errors.push(required(path, ONE_KIND))
  else if (exactly && firstAvailable.length > 0) errors.push(invalidValue(path, null, `${ONE_KIND}, but multiple fields are set`))
  else if (exactly) checkWanted(exactly, `${path}.exactly`, errors)
  else {
    const check: Check<SubRequest> = (choice, own) => {
      named(choice.name ?? '', dns1123Label, `${own}.name`, errors)
      checkWanted(choice, own, errors)
    }
    eachOnce(firstAvailable, MAX_CHOICES, `${path}.firstAvailable`, errors, check, (choice) => choice.name ?? '')
  }
}

const checkIdentifier = (name: string, path: string, errors: Errors): void => {
  if (Buffer.byteLength(name) > MAX_IDENTIFIER) errors.push(tooLong(path, MAX_IDENTIFIER))
  if (!C_IDENTIFIER.test(name)) errors.push(invalidValue(path, name, NO_IDENTIFIER))
}

/** A name, or a domain and a name with a slash between; of more slashes upstream says nothing. */
export const checkQualifiedName = (text: string, path: string, errors: Errors): void => {
  const [first = '', second, ...more] = text.split('/')
  if (second === undefined) checkIdentifier(first, path, errors)
  else if (more.length === 0) {
    if (first === '') errors.push(invalidValue(path, '', 'the domain must not be empty'))
    else checkDriverName(first, path, errors)
    if (second === '') errors.push(invalidValue(path, '', 'the name must not be empty'))
    else checkIdentifier(second, path, errors)
  }
}

const checkAttribute = (attribute: string, path: string, errors: Errors): void => {
  checkQualifiedName(attribute, path, errors)
  if (!attribute.includes('/'))
    errors.push(invalidValue(path, attribute, 'a fully qualified name must be a domain and a name separated by a slash'))
}

const checkConstraint = (
  { requests, matchAttribute, distinctAttribute }: Constraint,
  names: RequestNames,
  path: string,
  errors: Errors,
): void => {
  checkReferences(requests, names, path, errors)
  if (matchAttribute !== undefined) checkAttribute(matchAttribute, `${path}.matchAttribute`, errors)
  else if (distinctAttribute !== undefined) checkAttribute(distinctAttribute, `${path}.distinctAttribute`, errors)
  else errors.push(required(path, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'))
}

/** The devices of a claim. */
export const checkDeviceClaim = (claim: DeviceClaim, path: string, errors: Errors): void => {
  const names = requestNames(claim)
  eachOnce(claim.requests, MAX_REQUESTS, `${path}.requests`, errors, checkRequest, ({ name = '' }) => name)
  eachAtMost(claim.constraints, MAX_CONSTRAINTS, `${path}.constraints`, errors, (constraint, own) =>
    checkConstraint(constraint, names, own, errors),
  )
  eachAtMost(claim.config, MAX_CONFIGURATIONS, `${path}.config`, errors, (configuration, own) => {
    checkReferences(configuration.requests, names, own, errors)
    checkConfiguration(configuration, own, errors)
  })
}
