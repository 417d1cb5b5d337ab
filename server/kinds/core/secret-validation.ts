// What secrets must hold: keys, a total size, the keys of their type. Upstream: ValidateSecret, ValidateSecretUpdate.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { forbiddenField, invalidValue, required, tooLong } from '../../../apimachinery/field-error.ts'
import { parseJson } from '../../../apimachinery/json-parse.ts'
import { type Frozen, isMap, type KubeObject, textAt } from '../../../apimachinery/kube-object.ts'
import { configMapKey, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { differs } from '../strategies.ts'
import { type Errors, immutable, named } from '../validation/checks.ts'
import { metadataErrors } from '../validation/metadata.ts'

const MAX_BYTES = 1024 * 1024
const ACCOUNT = 'kubernetes.io/service-account.name'
const IMMUTABLE = 'field is immutable when `immutable` is set'
const CERTIFICATE = 'tls.crt'
const PRIVATE_KEY = 'tls.key'
const SSH_KEY = 'ssh-privatekey'

type Data = Readonly<Record<string, string>>

const bytesOf = (text: string): number => Math.floor((text.length * 3) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)

const dataOf = (secret: Frozen<KubeObject>): Data => (secret['data'] ?? {}) as Data

const has = (data: Data, key: string): boolean => Object.hasOwn(data, key)

const decoded = (data: Data, key: string): string => Buffer.from(data[key] ?? '', 'base64').toString()

const checkKeys = (data: Data, keys: readonly string[], errors: Errors): void => {
  for (const key of keys) if (!has(data, key)) errors.push(required(`data[${key}]`, ''))
}

/** What Go says of a text that is no JSON object; undefined where it is one. */
const jsonProblem = (text: string): string | undefined => {
  try {
    const { value } = parseJson(text, false)
    if (isMap(value) || value === null) return undefined
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number'
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`
  } catch (error) {
    return (error as Error).message
  }
}

const checkJson = (data: Data, key: string, errors: Errors): void => {
  checkKeys(data, [key], errors)
  const problem = has(data, key) ? jsonProblem(decoded(data, key)) : undefined
  if (problem !== undefined) errors.push(invalidValue(`data[${key}]`, '<secret contents redacted>', problem))
}

const ofType: Readonly<Record<string, (data: Data, errors: Errors, secret: Frozen<KubeObject>) => void>> = {
  'kubernetes.io/service-account-token': (_, errors, { metadata }) => {
    if (!metadata.annotations?.[ACCOUNT]) errors.push(required(`metadata.annotations[${ACCOUNT}]`, ''))
  },
  'kubernetes.io/dockercfg': (data, errors) => checkJson(data, '.dockercfg', errors),
  'kubernetes.io/dockerconfigjson': (data, errors) => checkJson(data, '.dockerconfigjson', errors),
  'kubernetes.io/basic-auth': (data, errors) => {
    if (!has(data, 'username') && !has(data, 'password')) checkKeys(data, ['username', 'password'], errors)
  },
  'kubernetes.io/ssh-auth': (data, errors) => {
    if (!data[SSH_KEY]) errors.push(required(`data[${SSH_KEY}]`, ''))
  },
  'kubernetes.io/tls': (data, errors) => checkKeys(data, [CERTIFICATE, PRIVATE_KEY], errors),
}

export const validateSecret = (secret: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const data = dataOf(secret)
  let size = 0
  for (const key in data) {
    named(key, configMapKey, `data[${key}]`, errors)
    size += bytesOf(data[key] as string)
  }
  if (size > MAX_BYTES) errors.push(tooLong('data', MAX_BYTES))
  const type = textAt(secret, 'type')
  if (Object.hasOwn(ofType, type)) ofType[type]?.(data, errors, secret)
  return errors
}

export const validateSecretUpdate = (secret: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  immutable(secret['type'] === old['type'], secret['type'], 'type', errors)
  if (old['immutable'] === true) {
    if (secret['immutable'] !== true) errors.push(forbiddenField('immutable', IMMUTABLE))
    if (differs(secret['data'], old['data'])) errors.push(forbiddenField('data', IMMUTABLE))
  }
  return [...errors, ...metadataErrors(secret, true, dns1123Subdomain), ...validateSecret(secret)]
}

const begin = /-----BEGIN ([^-]+)-----/g

/** Why the first block that is wanted is missing; undefined where it is there. */
const missingBlock = (text: string, wanted: (type: string) => boolean, side: 'certificate' | 'key'): string | undefined => {
  const types = [...text.matchAll(begin)].map(([, type]) => type as string)
  if (types.some(wanted)) return undefined
  if (types.length === 0) return `tls: failed to find any PEM data in ${side} input`
  const [type = ''] = types
  if (side === 'certificate' && types.length === 1 && type.endsWith('PRIVATE KEY'))
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
  if (side === 'key' && types.length === 1 && type === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key'
  return side === 'certificate'
    ? `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`
    : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`
}

/** Whether two PEM texts that both can be read belong together. */
const fits = (certificate: string, key: string): boolean => {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return true
  }
}

/** What is wrong with a pair of certificate and key; the secret is stored all the same. */
export const secretWarnings = (secret: Frozen<KubeObject>): string[] => {
  if (secret['type'] !== 'kubernetes.io/tls') return []
  const data = dataOf(secret)
  const [certificate, key] = [decoded(data, CERTIFICATE), decoded(data, PRIVATE_KEY)]
  const missing =
    missingBlock(certificate, (type) => type === 'CERTIFICATE', 'certificate') ??
    missingBlock(key, (type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'), 'key')
  if (missing !== undefined) return [missing]
  return fits(certificate, key) ? [] : ['tls: private key does not match public key']
}
