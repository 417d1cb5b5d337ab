import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'tap'
import { issuerDocuments } from './issuer-documents.ts'

const pem = (type: 'rsa' | 'ec'): string => {
  const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
const keys = [pem('rsa'), pem('ec')]
const documents = (url: string) => issuerDocuments({ url, keys, address: '127.0.0.1:6443' })

test('the configuration says where the keys are and how tokens are signed', async (t) => {
  t.same(JSON.parse(documents('https://issuer.local')?.configuration ?? '{}'), {
    issuer: 'https://issuer.local',
    jwks_uri: 'https://127.0.0.1:6443/openid/v1/jwks',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
  })
})

test('the keys are the public halves, and nothing of the private ones', async (t) => {
  const published = (JSON.parse(documents('https://issuer.local')?.keys ?? '{}') as { keys: Record<string, string>[] }).keys
  t.same(
    published.map((key) => Object.keys(key).join()),
    ['use,kty,kid,alg,n,e', 'use,kty,kid,crv,alg,x,y'],
  )
  published.forEach((key, index) => {
    const imported = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    t.equal(imported, createPublicKey(keys[index] as string).export({ type: 'spki', format: 'pem' }))
  })
})

for (const url of ['http://issuer.local', 'https://issuer.local?a=b', 'https://issuer.local#a', 'issuer', ''])
  test(`no documents for an issuer named ${url}`, async (t) => t.equal(documents(url), undefined))
