// Files of one volume that hide each other. Upstream: warningsForOverlappingVirtualPaths.
import type { ProjectedSource, Volume } from './volume-types.ts'

interface Target {
  path: string
  /** Told only of those that overlap. */
  source: (() => string) | undefined
}

const quoted = (text: string): string => JSON.stringify(text)
const shown = ({ path, source }: Target): string => (source ? `${quoted(path)} (${source()})` : quoted(path))

/** Files of one folder, each with a name of its own, as most volumes have them. */
const areApart = (targets: readonly Target[]): boolean => {
  const paths = new Set<string>()
  for (const { path } of targets) {
    if (path.includes('/') || paths.has(path)) return false
    paths.add(path)
  }
  return true
}

/** Each target with every earlier one that it lies in, or that lies in it. */
const overlaps = (targets: readonly Target[]): string[] => {
  if (areApart(targets)) return []
  const earlier: { target: Target; folder: string }[] = []
  const found: string[] = []
  for (const { path, source } of targets) {
    const target = { path: path.endsWith('/') ? path.replace(/\/+$/, '') : path, source }
    if (target.path === '') continue
    const folder = `${target.path}/`
    for (const other of earlier)
      if (folder.startsWith(other.folder) || other.folder.startsWith(folder)) found.push(`${shown(target)} with ${shown(other.target)}`)
    earlier.push({ target, folder })
  }
  return found
}

const targetsOf = (items: readonly { path?: string }[] | undefined, source?: () => string): Target[] =>
  (items ?? []).map(({ path = '' }) => ({ path, source }))

/** Only the first kind of source counts, as upstream counts. */
const projectedTargets = (source: ProjectedSource): Target[] => {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source
  if (configMap?.items) return targetsOf(configMap.items, () => `ConfigMap ${quoted(configMap.name ?? '')}`)
  if (secret?.items) return targetsOf(secret.items, () => `Secret ${quoted(secret.name ?? '')}`)
  if (downwardAPI?.items) return targetsOf(downwardAPI.items, () => 'DownwardAPI')
  if (serviceAccountToken) return targetsOf([serviceAccountToken], () => 'ServiceAccountToken')
  if (clusterTrustBundle)
    return targetsOf(
      [clusterTrustBundle],
      () => `ClusterTrustBundle ${quoted(clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '')}`,
    )
  if (!podCertificate) return []
  const paths: readonly [string | undefined, string][] = [
    [podCertificate.certificateChainPath, 'chain'],
    [podCertificate.keyPath, 'key'],
    [podCertificate.credentialBundlePath, 'credential bundle'],
  ]
  return paths.flatMap(([path, what]) => (path ? [{ path, source: () => `PodCertificate ${what}` }] : []))
}

const projectedWarnings = (name: string, sources: readonly ProjectedSource[]): string[] => {
  const empty = sources
    .filter((source) => Object.keys(source).length === 0)
    .map(() => `volume ${quoted(name)} (Projected) has no sources provided`)
  const found = overlaps(sources.flatMap(projectedTargets))
  return [...empty, ...found.map((overlap) => `volume ${quoted(name)} (Projected): overlapping paths: ${overlap}`)]
}

export const overlapWarnings = (volumes: readonly Volume[]): string[] =>
  volumes.flatMap(({ name = '', configMap, secret, downwardAPI, projected }) => {
    const say = (what: string, items: readonly { path?: string }[] | undefined): string[] =>
      overlaps(targetsOf(items)).map((overlap) => `volume ${quoted(name)} (${what}): overlapping paths: ${overlap}`)
    return [
      ...(configMap?.items ? say(`ConfigMap ${quoted(configMap.name ?? '')}`, configMap.items) : []),
      ...(secret?.items ? say(`Secret ${quoted(secret.secretName ?? '')}`, secret.items) : []),
      ...(downwardAPI?.items ? say('DownwardAPI', downwardAPI.items) : []),
      ...(projected ? projectedWarnings(name, projected.sources ?? []) : []),
    ]
  })
