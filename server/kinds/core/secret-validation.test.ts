import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { secretWarnings, validateSecret, validateSecretUpdate } from './secret-validation.ts'

const secret = (type: string, data: Record<string, string> = {}, more: object = {}): KubeObject => ({
  metadata: { name: 'a', namespace: 'default' },
  type,
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  ...more,
})

const DOCKER = 'kubernetes.io/dockercfg'
const docker = (text: string): KubeObject => secret(DOCKER, { '.dockercfg': text })
const redacted = (problem: string): string => `data[.dockercfg]: Invalid value: "<secret contents redacted>": ${problem}`

const cases: readonly [KubeObject, string[]][] = [
  [secret('Opaque'), []],
  [secret('any/type', { a: 'b' }), []],
  [secret('Opaque', { '..': '' }), [`data[..]: Invalid value: "..": must not be '..'`]],
  [secret('Opaque', { a: 'x'.repeat(1024 * 1024 + 1) }), ['data: Too long: may not be more than 1048576 bytes']],
  [secret('kubernetes.io/service-account-token'), ['metadata.annotations[kubernetes.io/service-account.name]: Required value']],
  [secret(DOCKER), ['data[.dockercfg]: Required value']],
  [docker(''), [redacted('unexpected end of JSON input')]],
  [docker('x'), [redacted("invalid character 'x' looking for beginning of value")]],
  [docker('[]'), [redacted('json: cannot unmarshal array into Go value of type map[string]interface {}')]],
  [docker('{}'), []],
  [secret('kubernetes.io/basic-auth'), ['data[username]: Required value', 'data[password]: Required value']],
  [secret('kubernetes.io/basic-auth', { password: '' }), []],
  [secret('kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }), ['data[ssh-privatekey]: Required value']],
  [secret('kubernetes.io/tls', { 'tls.crt': '' }), ['data[tls.key]: Required value']],
]

for (const [object, errors] of cases)
  test(`${JSON.stringify(object).slice(0, 160)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(validateSecret(object).map(fieldErrorMessage), errors)
  })

test('the type stays, and data that is immutable', async (t) => {
  const old = secret('a', { x: 'y' }, { immutable: true })
  t.same(validateSecretUpdate(secret('b', { x: 'z' }), old).map(fieldErrorMessage), [
    'type: Invalid value: "b": field is immutable',
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
})

test('a pair of certificate and key that cannot be read is warned of', async (t) => {
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
  const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const warnings = (crt: string, pem: string): string[] => secretWarnings(secret('kubernetes.io/tls', { 'tls.crt': crt, 'tls.key': pem }))
  t.same(warnings('', key), ['tls: failed to find any PEM data in certificate input'])
  t.same(warnings(certificate, ''), ['tls: failed to find any PEM data in key input'])
  t.same(warnings(key, key), [
    'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
  ])
  t.same(secretWarnings(secret('Opaque')), [])
})
