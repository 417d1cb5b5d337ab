// What an extension API server needs to know to believe this one's clients and its proxy: a ConfigMap. Several servers add to it; none
// takes away. Upstream: pkg/controlplane/controller/clusterauthenticationtrust.
import { X509Certificate } from 'node:crypto'
import type { Clock } from '../../apimachinery/clock.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

/** From the flags; certificates are PEM bundles, '' where none are given. */
export interface AuthenticationInfo {
  clientAuthorities: string
  requestHeader: {
    authorities: string
    allowedNames: readonly string[]
    extraHeaderPrefixes: readonly string[]
    groupHeaders: readonly string[]
    usernameHeaders: readonly string[]
    uidHeaders: readonly string[]
  }
}

type Data = Record<string, string>

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** Each certificate once, without those that are over or cannot be read. */
const combinedCertificates = (bundles: readonly string[], clock: Clock): string => {
  const kept = new Map<string, string>()
  for (const bundle of bundles) {
    for (const [pem] of bundle.matchAll(CERTIFICATE)) {
      try {
        const certificate = new X509Certificate(pem)
        if (Date.parse(certificate.validTo) >= clock.now()) kept.set(certificate.fingerprint256, `${certificate.toString().trim()}\n`)
      } catch {
        // What stood in the ConfigMap is anybody's; a piece that is no certificate is left out.
      }
    }
  }
  return [...kept.values()].join('')
}

const listIn = (text: string | undefined): string[] => {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(parsed) ? parsed.filter((element) => typeof element === 'string') : []
  } catch {
    return []
  }
}

const combinedList = (before: string | undefined, own: readonly string[]): string[] => [...new Set([...listIn(before), ...own])]

/** What the ConfigMap says once this server's information is in it. */
const combined = (before: Data, { clientAuthorities, requestHeader }: AuthenticationInfo, clock: Clock): Data => {
  const data: Data = {}
  const client = combinedCertificates([before['client-ca-file'] ?? '', clientAuthorities], clock)
  if (client !== '') data['client-ca-file'] = client
  const front = combinedCertificates([before['requestheader-client-ca-file'] ?? '', requestHeader.authorities], clock)
  if (front === '') return data
  const list = (key: string, own: readonly string[]): string[] => combinedList(before[key], own)
  const uidHeaders = list('requestheader-uid-headers', requestHeader.uidHeaders)
  const lists = {
    'requestheader-username-headers': list('requestheader-username-headers', requestHeader.usernameHeaders),
    ...(uidHeaders.length > 0 ? { 'requestheader-uid-headers': uidHeaders } : {}),
    'requestheader-group-headers': list('requestheader-group-headers', requestHeader.groupHeaders),
    'requestheader-extra-headers-prefix': list('requestheader-extra-headers-prefix', requestHeader.extraHeaderPrefixes),
    'requestheader-allowed-names': list('requestheader-allowed-names', requestHeader.allowedNames),
  }
  for (const [key, values] of Object.entries(lists)) data[key] = JSON.stringify(values)
  data['requestheader-client-ca-file'] = front
  return data
}

export const authenticationConfig = (parts: BootstrapParts, info: AuthenticationInfo): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, '', 'configmaps')
  const { clock } = parts.context
  const wanted: KubeObject = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: combined({}, info, clock),
  }
  return {
    check: 'start-cluster-authentication-info-controller',
    ensure: () =>
      keeper.keep(wanted, (current) => {
        current['data'] = combined((current['data'] as Data | undefined) ?? {}, info, clock)
      }),
  }
}
