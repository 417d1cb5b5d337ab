// What certificate signing requests must meet. The request is looked at as far as its PEM block, certificates likewise.
// Upstream: pkg/apis/certificates/validation, ValidateSignerName.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { differs } from '../strategies.ts'
import { type Errors, each, present } from '../validation/checks.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'

interface Condition {
  type?: string
  status?: string
}

/** What an endpoint may change. */
interface Permitted {
  approval: boolean
  certificate: boolean
}

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
const LEAST_SECONDS = 600
const MAX_DOMAIN = 253
const MAX_SIGNER = 571
const ONLY_TRUE = ['Approved', 'Denied', 'Failed']
const STATUSES = ['False', 'True', 'Unknown']
const CONDITIONS = 'status.conditions'

const pem = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/g

const blocks = (encoded: string): { type: string; body: string }[] =>
  [...Buffer.from(encoded, 'base64').toString('latin1').matchAll(pem)].map(([, type = '', body = '']) => ({ type, body }))

const firstBad = (text: string, check: (label: string) => string[]): string[] => {
  const label = text.split('.').find((part) => check(part).length > 0)
  return label === undefined ? [] : check(label).map((message) => `validating label ${JSON.stringify(label)}: ${message}`)
}

const checkSigner = (name: string, path: string, errors: Errors): void => {
  if (!present(name, path, errors)) return
  const [domain = '', own, more] = name.split('/')
  if (own === undefined || more !== undefined) {
    errors.push(invalidValue(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"))
    return
  }
  if (Buffer.byteLength(domain) > MAX_DOMAIN) errors.push(tooLong(path, MAX_DOMAIN))
  for (const message of firstBad(domain, dns1123Label)) errors.push(invalidValue(path, domain, message))
  if (!domain.includes('.')) errors.push(invalidValue(path, domain, 'should be a domain with at least two segments separated by dots'))
  for (const message of firstBad(own, dns1123Subdomain)) errors.push(invalidValue(path, own, message))
  if (Buffer.byteLength(name) > MAX_SIGNER) errors.push(tooLong(path, MAX_SIGNER))
}

const conditionsOf = (request: Frozen<KubeObject>): Condition[] => listAt(request, 'status', 'conditions') as Condition[]
const typesOf = (request: Frozen<KubeObject>): string[] => conditionsOf(request).map(({ type = '' }) => type)
const usagesOf = (request: Frozen<KubeObject>): string[] => listAt(request, 'spec', 'usages') as string[]
const hasTwice = (values: readonly string[]): boolean => new Set(values).size < values.length

const checkConditions = (request: Frozen<KubeObject>, old: Frozen<KubeObject> | undefined, errors: Errors): void => {
  const before = old ? typesOf(old) : []
  const seen = new Set<string>()
  each(conditionsOf(request), CONDITIONS, errors, ({ type = '', status = '' }, path) => {
    if (type === '' && !before.includes('')) errors.push(required(`${path}.type`, ''))
    const allowed = ONLY_TRUE.includes(type) ? ['True'] : STATUSES
    if (status === '') errors.push(required(`${path}.status`, ''))
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}.status`, status, allowed))
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined
    if (opposite !== undefined && seen.has(opposite) && !(before.includes('Approved') && before.includes('Denied')))
      errors.push(invalidValue(CONDITIONS, type, 'Approved and Denied conditions are mutually exclusive'))
    if (seen.has(type) && !hasTwice(before)) errors.push(duplicateValue(`${path}.type`, type))
    seen.add(type)
  })
}

const certificateFault = (encoded: string): string | undefined => {
  if (encoded === '') return undefined
  const found = blocks(encoded)
  const wrong = found.find(({ type }) => type !== 'CERTIFICATE')
  if (wrong) return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(wrong.type)}`
  if (found.some(({ body }) => body.includes(':'))) return 'no PEM block headers are permitted'
  return found.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
}

const checkUsages = (usages: readonly string[], before: readonly string[], errors: Errors): void => {
  const path = 'spec.usages'
  present(usages, path, errors)
  if (before.every((usage) => USAGES.includes(usage)))
    each(usages, path, errors, (usage, own) => {
      if (!USAGES.includes(usage)) errors.push(notSupported(own, usage, USAGES))
    })
  if (hasTwice(before)) return
  usages.forEach((usage, index) => {
    if (usages.indexOf(usage) < index) errors.push(duplicateValue(`${path}[${index}]`, usage))
  })
}

/** `old` is what is replaced, if anything: what was wrong there stays allowed. */
export const validateRequest = (request: KubeObject, old?: Frozen<KubeObject>): Errors => {
  const errors = metadataErrors(request, false, () => [])
  const encoded = textAt(request, 'spec', 'request')
  if (blocks(encoded)[0]?.type !== 'CERTIFICATE REQUEST')
    errors.push(invalidValue('spec.request', at(request, 'spec', 'request'), 'PEM block type must be CERTIFICATE REQUEST'))
  checkUsages(usagesOf(request), old ? usagesOf(old) : [], errors)
  const signer = textAt(request, 'spec', 'signerName')
  if (signer === LEGACY_SIGNER && textAt(old, 'spec', 'signerName') !== LEGACY_SIGNER)
    errors.push(invalidValue('spec.signerName', signer, 'the legacy signerName is not allowed via this API version'))
  else checkSigner(signer, 'spec.signerName', errors)
  const seconds = at(request, 'spec', 'expirationSeconds')
  if (typeof seconds === 'number' && seconds < LEAST_SECONDS)
    errors.push(invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)'))
  checkConditions(request, old, errors)
  const [certificate, before] = [textAt(request, 'status', 'certificate'), textAt(old, 'status', 'certificate')]
  const fault = old && (certificate === before || certificateFault(before) !== undefined) ? undefined : certificateFault(certificate)
  if (fault !== undefined) errors.push(invalidValue('status.certificate', '<certificate data>', fault))
  return errors
}

const ofType = (request: Frozen<KubeObject>, type: string): Condition[] =>
  conditionsOf(request).filter((condition) => (condition.type ?? '') === type)

const checkConditionChanges = (request: KubeObject, old: Frozen<KubeObject>, errors: Errors, { approval }: Permitted): void => {
  for (const type of ['Approved', 'Denied', 'Failed'])
    if (ofType(request, type).length < ofType(old, type).length)
      errors.push(forbiddenField(CONDITIONS, `updates may not remove a condition of type "${type}"`))
  if (approval) return
  for (const type of ['Approved', 'Denied']) {
    const [after, before] = [ofType(request, type), ofType(old, type)]
    if (after.length > before.length) errors.push(forbiddenField(CONDITIONS, `updates may not add a condition of type "${type}"`))
    else if (after.length === before.length && differs(after, before))
      errors.push(forbiddenField(CONDITIONS, `updates may not modify a condition of type "${type}"`))
  }
}

/** For an endpoint that may change what it says. */
export const validateRequestUpdate =
  (permitted: Permitted) =>
  (request: KubeObject, old: Frozen<KubeObject>): Errors => {
    const errors = validateRequest(request, old)
    checkConditionChanges(request, old, errors, permitted)
    const [certificate, before] = [textAt(request, 'status', 'certificate'), textAt(old, 'status', 'certificate')]
    if (certificate !== before) {
      if (!permitted.certificate) errors.push(forbiddenField('status.certificate', 'updates may not set certificate content'))
      else if (before !== '') errors.push(forbiddenField('status.certificate', 'updates may not modify existing certificate content'))
    }
    return [...errors, ...metadataUpdateErrors(request, old)]
  }
