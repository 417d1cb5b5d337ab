// The files of a cluster's identity: authority, serving certificate, admin's client certificate, token key, kubeconfig.
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyPair, Subject } from './authority.ts'

export interface CertificateRequest {
  folder: string
  /** Addresses and names that clients reach the server by. */
  dns: readonly string[]
  ip: readonly string[]
  now: number
}

export interface ClusterCertificates {
  authority: KeyPair
  serving: KeyPair
  admin: KeyPair
  /** PEM. */
  serviceAccountKey: string
}

const RENEW_BEFORE_MS = 30 * 24 * 3600 * 1000

const writeSecret = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

const readPair = (folder: string, name: string): KeyPair | undefined => {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
  return existsSync(certificate) && existsSync(key)
    ? { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
    : undefined
}

/** Whether a kept certificate still serves: not about to end, signed by this authority, covering these names. */
const stillGood = (pair: KeyPair, authority: KeyPair, request: CertificateRequest, names: boolean): boolean => {
  const certificate = new X509Certificate(pair.certificate)
  if (Date.parse(certificate.validTo) - request.now < RENEW_BEFORE_MS) return false
  if (!certificate.verify(new X509Certificate(authority.certificate).publicKey)) return false
  return (
    !names ||
    (request.dns.every((name) => certificate.checkHost(name) !== undefined) &&
      request.ip.every((address) => certificate.checkIP(address) !== undefined))
  )
}

const kept = async (folder: string, name: string, good: (pair: KeyPair) => boolean, make: () => Promise<KeyPair>): Promise<KeyPair> => {
  const found = readPair(folder, name)
  if (found && good(found)) return found
  const made = await make()
  writeSecret(join(folder, `${name}.key`), made.key)
  writeSecret(join(folder, `${name}.crt`), made.certificate)
  return made
}

/** Reads what the folder has; makes and writes what is missing or about to end. */
export const clusterCertificates = async (request: CertificateRequest): Promise<ClusterCertificates> => {
  const { folder, now } = request
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const make = await import('./authority.ts')
  const authority = await kept(
    folder,
    'ca',
    (pair) => Date.parse(new X509Certificate(pair.certificate).validTo) - now > RENEW_BEFORE_MS,
    () => make.makeAuthority('dinghy-ca', now),
  )
  const serving = await kept(
    folder,
    'apiserver',
    (pair) => stillGood(pair, authority, request, true),
    () => make.makeCertificate(authority, { commonName: 'kube-apiserver' }, request, ['server'], now),
  )
  const admin = await kept(
    folder,
    'admin',
    (pair) => stillGood(pair, authority, request, false),
    () => make.makeCertificate(authority, { commonName: 'kubernetes-admin', organizations: ['system:masters'] }, {}, ['client'], now),
  )
  const keyFile = join(folder, 'sa.key')
  if (!existsSync(keyFile)) writeSecret(keyFile, await make.makeSigningKey())
  return { authority, serving, admin, serviceAccountKey: readFileSync(keyFile, 'utf8') }
}

/** Whether a kept certificate still says the same of its holder. */
const isFor = ({ certificate }: KeyPair, { commonName, organizations = [] }: Subject): boolean => {
  const wanted = [`CN=${commonName}`, ...organizations.map((organization) => `O=${organization}`)]
  return new X509Certificate(certificate).subject.split('\n').sort().join('\n') === wanted.sort().join('\n')
}

/** A component's client certificate, signed by the authority kept in a folder; made when first asked for. */
export const componentCertificate = async (folder: string, name: string, subject: Subject, now: number): Promise<KeyPair> => {
  const authority = readPair(folder, 'ca')
  if (!authority) throw new Error(`${folder} holds no authority`)
  return kept(
    folder,
    name,
    (pair) => stillGood(pair, authority, { folder, dns: [], ip: [], now }, false) && isFor(pair, subject),
    async () => (await import('./authority.ts')).makeCertificate(authority, subject, {}, ['client'], now),
  )
}

/** Writes a kubeconfig (mode 0600) for a client certificate. */
export const writeKubeconfig = (path: string, server: string, authority: string, client: KeyPair, user = 'admin'): void => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dinghy',
    preferences: {},
    clusters: [{ name: 'dinghy', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: user, user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) } }],
    contexts: [{ name: 'dinghy', context: { cluster: 'dinghy', user } }],
  }
  writeSecret(path, `${JSON.stringify(config, null, 2)}\n`)
}
