// Environment variables and where they come from; fields and resources that a container may look up of itself.
// Upstream: ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector, validateContainerResourceFieldSelector.
import { invalidValue, notFoundValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { configMapKey, dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { canonicalQuantity, compareQuantities } from '../../../apimachinery/quantity.ts'
import { type Errors, named, optionalName, present, requiredName } from './checks.ts'
import { checkNoBacksteps } from './path-checks.ts'
import {
  type EnvFromSource,
  type EnvVar,
  type KeySelector,
  type ObjectFieldSelector,
  type PodSpec,
  type ResourceFieldSelector,
  visitContainers,
} from './pod-types.ts'
import { envVarName } from './text-checks.ts'
import type { Volume } from './volume-types.ts'

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const known = new Set([...ENV_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])
const CPU_DIVISORS = new Set(['1m', '1'])
const BYTE_DIVISORS = new Set(['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'])
const BYTES = "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the"
const SOURCES = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'

/** `metadata.labels['a/b']` as path and subscript. */
const subscripted = (text: string): [path: string, subscript: string] | undefined => {
  const at = text.indexOf("['")
  return text.endsWith("']") && at > 0 ? [text.slice(0, at), text.slice(at + 2, -2)] : undefined
}

const checkSubscript = (path: string, subscript: string, at: string, field: string, errors: Errors): void => {
  if (path === 'metadata.annotations') named(subscript.toLowerCase(), qualifiedName, at, errors)
  else if (path === 'metadata.labels') named(subscript, qualifiedName, at, errors)
  else errors.push(invalidValue(`${at}.fieldPath`, field, `error converting fieldPath: field label does not support subscript: ${field}`))
}

/** A field of the pod, by its path; which ones depends on where it goes. */
export const checkFieldSelector = (selector: ObjectFieldSelector, place: 'env' | 'volume', path: string, errors: Errors): void => {
  const { apiVersion = '', fieldPath = '' } = selector
  if (!present(apiVersion, `${path}.apiVersion`, errors) || !present(fieldPath, `${path}.fieldPath`, errors)) return
  if (apiVersion !== 'v1') {
    errors.push(invalidValue(`${path}.fieldPath`, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`))
    return
  }
  const parts = subscripted(fieldPath)
  if (parts) {
    checkSubscript(...parts, path, fieldPath, errors)
    return
  }
  const field = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
  const fields = place === 'env' ? ENV_FIELDS : VOLUME_FIELDS
  if (!known.has(field))
    errors.push(invalidValue(`${path}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`))
  else if (!fields.includes(field)) errors.push(notSupported(`${path}.fieldPath`, field, fields))
}

const isPages = (resource: string): boolean => resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-')

const divisorFault = (resource: string, divisor: string): string | undefined => {
  const quantity = canonicalQuantity(divisor)
  const text = 'error' in quantity ? divisor : quantity.text
  const name = resource.slice(resource.indexOf('.') + 1)
  if (resource === 'limits.cpu' || resource === 'requests.cpu')
    return CPU_DIVISORS.has(text) ? undefined : "only divisor's values 1m and 1 are supported with the cpu resource"
  if (BYTE_DIVISORS.has(text)) return undefined
  if (isPages(resource)) return `${BYTES} hugepages resource`
  if (!RESOURCES.includes(resource)) return undefined
  return name === 'memory' ? `${BYTES} memory resource` : `${BYTES} local ephemeral storage resource`
}

/** A resource of a container; of which one has to be said where it is not plain. */
export const checkResourceSelector = (selector: ResourceFieldSelector, place: 'env' | 'volume', path: string, errors: Errors): void => {
  const { containerName = '', resource = '', divisor = '0' } = selector
  if (place === 'volume' && containerName === '') errors.push(required(`${path}.containerName`, ''))
  else if (resource === '') errors.push(required(`${path}.resource`, ''))
  else if (!RESOURCES.includes(resource) && !isPages(resource)) errors.push(notSupported(`${path}.resource`, resource, RESOURCES))
  if (divisor === '0' || compareQuantities(divisor, '0') === 0) return
  const fault = divisorFault(resource, divisor)
  if (fault !== undefined) errors.push(invalidValue(`${path}.divisor`, resource, fault))
}

const checkKeySelector = ({ name, key }: KeySelector, path: string, errors: Errors): void => {
  named(name, dns1123Subdomain, `${path}.name`, errors)
  requiredName(key, configMapKey, `${path}.key`, errors)
}

const checkValueFrom = ({ value, valueFrom }: EnvVar, path: string, errors: Errors): void => {
  if (!valueFrom) return
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom
  if (fieldRef) checkFieldSelector(fieldRef, 'env', `${path}.fieldRef`, errors)
  if (resourceFieldRef) checkResourceSelector(resourceFieldRef, 'env', `${path}.resourceFieldRef`, errors)
  if (configMapKeyRef) checkKeySelector(configMapKeyRef, `${path}.configMapKeyRef`, errors)
  if (secretKeyRef) checkKeySelector(secretKeyRef, `${path}.secretKeyRef`, errors)
  if (fileKeyRef) {
    const at = `${path}.fileKeyRef`
    requiredName(fileKeyRef.key, envVarName, `${at}.key`, errors)
    requiredName(fileKeyRef.volumeName, dns1123Label, `${at}.volumeName`, errors)
    if (present(fileKeyRef.path, `${at}.path`, errors)) checkNoBacksteps(fileKeyRef.path ?? '', `${at}.path`, errors)
  }
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((source) => source !== undefined).length
  if (sources === 0) errors.push(invalidValue(path, '', SOURCES))
  else if (value) errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'))
}

export const checkEnv = (variables: readonly EnvVar[] | undefined, path: string, errors: Errors): void => {
  if (!variables) return
  for (let index = 0; index < variables.length; index++) {
    const variable = variables[index] as EnvVar
    const at = `${path}[${index}]`
    requiredName(variable.name, envVarName, `${at}.name`, errors)
    checkValueFrom(variable, `${at}.valueFrom`, errors)
  }
}

/** Prefixed names may end in a dash, as names that still get a suffix do. */
const prefixName = (name: string): string[] => dns1123Subdomain(name, true)

export const checkEnvFrom = (sources: readonly EnvFromSource[] | undefined, path: string, errors: Errors): void => {
  if (!sources) return
  for (let index = 0; index < sources.length; index++) {
    const { prefix, configMapRef, secretRef } = sources[index] as EnvFromSource
    const at = `${path}[${index}]`
    optionalName(prefix, envVarName, `${at}.prefix`, errors)
    if (configMapRef) requiredName(configMapRef.name, prefixName, `${at}.configMapRef.name`, errors)
    if (secretRef) requiredName(secretRef.name, prefixName, `${at}.secretRef.name`, errors)
    if (!configMapRef && !secretRef) errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (configMapRef && secretRef) errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'))
  }
}

/** Files that variables come from lie in volumes that the pod starts with empty. */
export const checkFileVolumes = (spec: PodSpec, specPath: string, errors: Errors): void => {
  let volumes: Map<string, Volume> | undefined
  visitContainers(spec, specPath, ({ env = [] }, path) => {
    for (let index = 0; index < env.length; index++) {
      const name = env[index]?.valueFrom?.fileKeyRef
      if (!name) continue
      volumes ??= new Map((spec.volumes ?? []).map((volume) => [volume.name ?? '', volume]))
      const at = `${path}.env[${index}].valueFrom.fileKeyRef.volumeName`
      const volume = volumes.get(name.volumeName ?? '')
      if (!volume) errors.push(notFoundValue(at, name.volumeName ?? ''))
      else if (!volume.emptyDir) errors.push(invalidValue(at, name.volumeName, 'referenced volume must be of type emptyDir'))
    }
  })
}
