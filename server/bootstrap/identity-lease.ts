// The lease by which API servers know of each other, renewed while this one lives; ones that are long over are removed.
// Upstream: pkg/controlplane/apiserver/server.go, pkg/controlplane/controller/{leases,apiserverleasegc}.
import { createHash } from 'node:crypto'
import { type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { deleteObject } from '../registry/deletion.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

const LEASE_SECONDS = 3600
const RENEW_MS = 10_000
const IDENTITY = 'apiserver.kubernetes.io/identity'
const COMPONENT = 'kube-apiserver'
const NAMESPACE = 'kube-system'
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const HASHED_BYTES = 16

const withLength = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const base32 = (bytes: Buffer): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The name of the server on a host, the same after each start: `apiserver-` and 26 letters. */
export const serverIdentity = (hostname: string): string => {
  const hash = createHash('sha256')
    .update(Buffer.concat([withLength(hostname), withLength(COMPONENT)]))
    .digest()
  return `apiserver-${base32(hash.subarray(0, HASHED_BYTES))}`
}

/** metav1.MicroTime: API time has no finer parts than milliseconds. */
const microTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000Z')

/** `peerAddress` is host and port for other servers; '' when there is none. */
export const identityLease = (parts: BootstrapParts, hostname: string, peerAddress: string): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, 'coordination.k8s.io', 'leases')
  const { clock } = parts.context
  const name = serverIdentity(hostname)
  const holderIdentity = `${name}_${parts.context.newUuid()}`
  const annotations = peerAddress === '' ? {} : { annotations: { 'kubernetes.io/peer-advertise-address': peerAddress } }
  const wanted = (): KubeObject => ({
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    metadata: { name, namespace: NAMESPACE, labels: { [IDENTITY]: COMPONENT, 'kubernetes.io/hostname': hostname }, ...annotations },
    spec: { holderIdentity, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime(clock.now()) },
  })
  let renewedAt = Number.NEGATIVE_INFINITY
  const renew = async (): Promise<void> => {
    renewedAt = clock.now()
    await keeper.keep(wanted(), (current, lease) => {
      current.metadata.labels = { ...current.metadata.labels, ...lease.metadata.labels }
      if (peerAddress !== '') current.metadata.annotations = { ...current.metadata.annotations, ...annotations.annotations }
      current['spec'] = { ...(current['spec'] as object | undefined), ...(lease['spec'] as object) }
    })
  }
  const removeExpired = async (): Promise<void> => {
    const { target } = keeper
    for (const entry of target.cache.range(target.prefix(NAMESPACE))) {
      if (entry.labels?.[IDENTITY] !== COMPONENT || entry.fields['metadata.name'] === name) continue
      const lease = target.decode(entry)
      const { leaseDurationSeconds = 0 } = (lease['spec'] ?? {}) as { leaseDurationSeconds?: number }
      const renewed = Date.parse(textAt(lease, 'spec', 'renewTime'))
      if (Number.isNaN(renewed) || renewed + leaseDurationSeconds * 1000 > clock.now()) continue
      const request = {
        name: lease.metadata.name ?? '',
        gracePeriodSeconds: undefined,
        propagation: undefined,
        orphanDependents: undefined,
      }
      const preconditions = { uid: lease.metadata.uid ?? '' }
      await deleteObject(target, { ...request, preconditions }, { ...parts.context, namespace: NAMESPACE }, parts.write)
    }
  }
  return {
    check: 'start-kube-apiserver-identity-lease-controller',
    ensure: async () => {
      if (keeper.find(wanted()) && clock.now() - renewedAt < RENEW_MS) return
      await renew()
      await removeExpired()
    },
  }
}
