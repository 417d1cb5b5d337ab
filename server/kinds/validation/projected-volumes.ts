// Volumes put together from several sources, none of which may write where another does. Upstream: validateProjectionSources.
import { forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { type Errors, present } from './checks.ts'
import { internalText } from './internal-text.ts'
import { checkLabelSelector } from './label-selectors.ts'
import { checkFileMode, checkLocalNonReservedPath } from './path-checks.ts'
import type { PodContext } from './pod-context.ts'
import { checkDownwardFile, checkKeyToPath } from './volume-sources.ts'
import type { ClusterTrustBundleProjection, KeyToPath, PodCertificateProjection, ProjectedSource, ProjectedVolume } from './volume-types.ts'

const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 2 ** 32
const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']
const MIN_CERTIFICATE_SECONDS = 3600
const MAX_CERTIFICATE_SECONDS = 91 * 86400
const MAX_KUBERNETES_SECONDS = 86400
const MAX_DOMAIN = 253
const MAX_SIGNER = 571
const MAX_ANNOTATION_BYTES = 256 * 1024

/** What is being put together: where faults of the whole are said to be, and the paths taken so far. */
interface Assembly {
  path: string
  errors: Errors
  taken: Set<string>
}

const take = ({ path, errors, taken }: Assembly, target: string, value = target): void => {
  if (taken.has(target)) errors.push(invalidValue(path, value, 'conflicting duplicate paths'))
  else taken.add(target)
}

const checkKeys = ({ name = '', items = [] }: { name?: string; items?: readonly KeyToPath[] }, path: string, assembly: Assembly): void => {
  present(name, `${path}.name`, assembly.errors)
  items.forEach((item, index) => {
    checkKeyToPath(item, `${path}.items[${index}]`, assembly.errors)
    if (item.path) take(assembly, item.path, name)
  })
}

const checkToken = (
  { expirationSeconds = 0, path: target = '' }: NonNullable<ProjectedSource['serviceAccountToken']>,
  path: string,
  assembly: Assembly,
  context: PodContext,
): void => {
  const { errors } = assembly
  if (expirationSeconds < MIN_TOKEN_SECONDS)
    errors.push(invalidValue(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes'))
  if (expirationSeconds > MAX_TOKEN_SECONDS)
    errors.push(invalidValue(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'))
  if (target === '') errors.push(required(`${assembly.path}.path`, ''))
  else if (!context.tolerances.nonLocalTokenPath) checkLocalNonReservedPath(target, `${assembly.path}.path`, errors)
}

/** The first label of `parts` that does not fit says it all. */
const checkParts = (parts: readonly string[], check: (text: string) => string[], value: string, path: string, errors: Errors): void => {
  for (const part of parts) {
    const messages = check(part)
    for (const message of messages) errors.push(invalidValue(path, value, `validating label ${JSON.stringify(part)}: ${message}`))
    if (messages.length > 0) return
  }
}

/** `example.com/some.signer`. */
export const checkSignerName = (name: string, path: string, errors: Errors): void => {
  if (!present(name, path, errors)) return
  const segments = name.split('/')
  if (segments.length !== 2) {
    errors.push(invalidValue(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"))
    return
  }
  const [domain, rest] = segments as [string, string]
  if (Buffer.byteLength(domain) > MAX_DOMAIN) errors.push(tooLong(path, MAX_DOMAIN))
  const labels = domain.split('.')
  checkParts(labels, dns1123Label, domain, path, errors)
  if (labels.length < 2) errors.push(invalidValue(path, domain, 'should be a domain with at least two segments separated by dots'))
  checkParts(rest.split('.'), dns1123Subdomain, rest, path, errors)
  if (Buffer.byteLength(name) > MAX_SIGNER) errors.push(tooLong(path, MAX_SIGNER))
}

/** With a signer, the name starts with it, dashes for slashes apart. */
const bundleName = (name: string): string[] => {
  const at = name.lastIndexOf(':')
  return dns1123Subdomain(at < 0 ? name : name.slice(at + 1))
}

const checkTrustBundle = (source: ClusterTrustBundleProjection, path: string, assembly: Assembly): void => {
  const { errors } = assembly
  const { name, signerName, labelSelector, path: target = '' } = source
  if (name !== undefined && signerName !== undefined) {
    const value = internalText('core.ClusterTrustBundleProjection', source)
    errors.push({ type: 'FieldValueInvalid', field: path, value, detail: 'only one of name and signerName may be used' })
  } else if (name !== undefined) {
    if (name === '') errors.push(required(`${path}.name`, 'must be a valid object name'))
    for (const message of bundleName(name))
      errors.push(invalidValue(`${path}.name`, name, `not a valid clustertrustbundlename: ${message}`))
    if (labelSelector) errors.push(invalidValue(`${path}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'))
  } else if (signerName !== undefined) {
    if (signerName === '') errors.push(required(`${path}.signerName`, 'must be a valid signer name'))
    checkSignerName(signerName, `${path}.signerName`, errors)
    checkLabelSelector(labelSelector, `${path}.labelSelector`, errors)
  } else errors.push(required(path, 'either name or signerName must be specified'))
  present(target, `${path}.path`, errors)
  checkLocalNonReservedPath(target, `${path}.path`, errors)
  take(assembly, target)
}

const checkUserAnnotations = (annotations: PodCertificateProjection['userAnnotations'], path: string, errors: Errors): void => {
  let size = 0
  for (const key in annotations) {
    const name = key.toLowerCase()
    const messages = qualifiedName(name)
    for (const message of messages) errors.push(invalidValue(path, name, message))
    if (messages.length === 0 && !name.includes('/'))
      errors.push(invalidValue(path, name, 'must be a domain-prefixed key (such as "acme.io/foo")'))
    size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] as string)
  }
  if (size > MAX_ANNOTATION_BYTES) errors.push(tooLong(path, MAX_ANNOTATION_BYTES))
}

const isKubernetesSigner = (name: string): boolean => /^(?:[^/]*\.)?kubernetes\.io(?:\/|$)/.test(name)

const checkPodCertificate = (source: PodCertificateProjection, path: string, assembly: Assembly): void => {
  const { errors } = assembly
  const { signerName = '', keyType = '', maxExpirationSeconds: seconds } = source
  checkSignerName(signerName, `${path}.signerName`, errors)
  checkUserAnnotations(source.userAnnotations, `${path}.userAnnotations`, errors)
  if (!KEY_TYPES.includes(keyType)) errors.push(notSupported(`${path}.keyType`, keyType, KEY_TYPES))
  if (seconds !== undefined) {
    const most = isKubernetesSigner(signerName) ? MAX_KUBERNETES_SECONDS : MAX_CERTIFICATE_SECONDS
    const at = `${path}.maxExpirationSeconds`
    if (seconds < MIN_CERTIFICATE_SECONDS) errors.push(invalidValue(at, seconds, 'if provided, maxExpirationSeconds must be >= 3600'))
    if (seconds > most) errors.push(invalidValue(at, seconds, `if provided, maxExpirationSeconds must be <= ${most}`))
  }
  let paths = 0
  for (const member of ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const) {
    const target = source[member]
    if (!target) continue
    paths++
    checkLocalNonReservedPath(target, `${path}.${member}`, errors)
    take(assembly, target)
  }
  if (paths === 0) errors.push(required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'))
}

const checkSource = (source: ProjectedSource, path: string, assembly: Assembly, context: PodContext): void => {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source
  if (secret) checkKeys(secret, `${path}.secret`, assembly)
  if (configMap) checkKeys(configMap, `${path}.configMap`, assembly)
  for (const file of downwardAPI?.items ?? []) {
    checkDownwardFile(file, `${path}.downwardAPI`, assembly.errors)
    if (file.path) take(assembly, file.path)
  }
  if (serviceAccountToken) checkToken(serviceAccountToken, `${path}.serviceAccountToken`, assembly, context)
  if (clusterTrustBundle) checkTrustBundle(clusterTrustBundle, `${path}.clusterTrustBundle`, assembly)
  if (podCertificate) checkPodCertificate(podCertificate, `${path}.podCertificate`, assembly)
  let count = 0
  for (const member in source) if (source[member as keyof ProjectedSource]) count++
  if (count > 1) assembly.errors.push(forbiddenField(path, 'may not specify more than 1 volume type per source'))
}

export const checkProjected = (volume: ProjectedVolume, path: string, errors: Errors, context: PodContext): void => {
  checkFileMode(volume.defaultMode, `${path}.defaultMode`, errors)
  const assembly: Assembly = { path, errors, taken: new Set() }
  ;(volume.sources ?? []).forEach((source, index) => {
    checkSource(source, `${path}.sources[${index}]`, assembly, context)
  })
}
