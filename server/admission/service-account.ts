// ServiceAccount: every pod acts as an account of its namespace, gets its pull secrets, and mounts a token for it.
// Upstream: plugin/pkg/admission/serviceaccount.

import { at, type Frozen, type KubeObject, listAt } from '../../apimachinery/kube-object.ts'
import { after } from '../../apimachinery/machine-clock.ts'
import { pathSegment } from '../../apimachinery/names.ts'
import { nameSuffix, type Random } from '../../apimachinery/random.ts'
import { unreasoned } from '../../apimachinery/status-error.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { type AdmittedContainer, type AdmittedPod, isMirror, type Named, podOf } from './admitted-pod.ts'
import { secretNamesOf } from './pod-secrets.ts'

interface Account {
  readonly name: string
  readonly automount: boolean | undefined
  readonly imagePullSecrets: readonly string[]
  readonly secrets: readonly string[]
  /** Its pods may use only the secrets it names. */
  readonly enforcesSecrets: boolean
}

const DEFAULT_ACCOUNT = 'default'
/** A controller makes it a moment after its namespace: it is waited for. */
const ATTEMPTS_FOR_DEFAULT = 10
const LEAST_PAUSE_MS = 100
const VOLUME_PREFIX = 'kube-api-access-'
const SUFFIX_LENGTH = 5
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const ENFORCE = 'kubernetes.io/enforce-mountable-secrets'
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
/** A little over an hour: tokens of this length are renewed while their use past an hour is warned of. */
const TOKEN_SECONDS = 3607
const VOLUME_MODE = 420

const names = (list: readonly unknown[]): string[] => list.map((entry) => (entry as Named).name ?? '')

const prepare = (account: Frozen<KubeObject>): Account => ({
  name: account.metadata.name ?? '',
  automount: at(account, 'automountServiceAccountToken') as boolean | undefined,
  imagePullSecrets: names(listAt(account, 'imagePullSecrets')),
  secrets: names(listAt(account, 'secrets')),
  enforcesSecrets: TRUE.has(account.metadata.annotations?.[ENFORCE] ?? ''),
})

const tokenVolume = (name: string) => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: VOLUME_MODE,
  },
})

/** Gives every container that has nothing at the path the token's volume. */
const mountToken = ({ spec }: AdmittedPod, random: Random): void => {
  const existing = spec.volumes?.find(({ name = '' }) => name.startsWith(VOLUME_PREFIX))?.name
  const name = existing ?? VOLUME_PREFIX + nameSuffix(random, SUFFIX_LENGTH)
  let needed = false
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) continue
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }]
    needed = true
  }
  if (needed && existing === undefined) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}

/** What a container refers to that the account does not name, in upstream's words. */
const foreignSecret = (kind: string, container: AdmittedContainer, account: Account): string | undefined => {
  const own = new Set(account.secrets)
  const why = (where: string, secret: string): string =>
    `${kind} ${container.name} with ${where} referencing secret.secretName="${secret}" is not allowed because service account ${account.name} does not reference that secret`
  for (const { name = '', valueFrom } of container.env ?? []) {
    const secret = valueFrom?.secretKeyRef
    if (secret && !own.has(secret.name ?? '')) return why(`envVar ${name}`, secret.name ?? '')
  }
  for (const { secretRef } of container.envFrom ?? [])
    if (secretRef && !own.has(secretRef.name ?? '')) return why('envFrom', secretRef.name ?? '')
  return undefined
}

const foreignInContainers = (kind: string, containers: readonly AdmittedContainer[] | undefined, account: Account): string | undefined => {
  for (const container of containers ?? []) {
    const why = foreignSecret(kind, container, account)
    if (why !== undefined) return why
  }
  return undefined
}

const foreignInPod = ({ spec }: AdmittedPod, account: Account): string | undefined => {
  for (const { secret } of spec.volumes ?? []) {
    const name = secret && (secret.secretName ?? '')
    if (name !== undefined && !account.secrets.includes(name))
      return `volume with secret.secretName="${name}" is not allowed because service account ${account.name} does not reference that secret`
  }
  const inContainers =
    foreignInContainers('init container', spec.initContainers, account) ?? foreignInContainers('container', spec.containers, account)
  if (inContainers !== undefined) return inContainers
  const index = names(spec.imagePullSecrets ?? []).findIndex((name) => !account.imagePullSecrets.includes(name))
  if (index < 0) return undefined
  const name = spec.imagePullSecrets?.[index]?.name ?? ''
  return `imagePullSecrets[${index}].name="${name}" is not allowed because service account ${account.name} does not reference that imagePullSecret`
}

const checkMirror = (attributes: AdmissionAttributes, pod: AdmittedPod): void => {
  if (pod.spec.serviceAccountName) throw refused(attributes, 'a mirror pod may not reference service accounts')
  if (secretNamesOf(pod.spec).length > 0) throw refused(attributes, 'a mirror pod may not reference secrets')
  if (pod.spec.volumes?.some(({ projected }) => projected?.sources?.some((source) => 'serviceAccountToken' in source)))
    throw refused(attributes, 'a mirror pod may not use ServiceAccountToken volume projections')
}

export const serviceAccount = ({ prepared, random }: AdmissionParts): AdmissionPlugin => {
  const accounts = prepared('', 'serviceaccounts', prepare)
  /** The account at once, or after some waiting. Throws when there is none. */
  const lookUp = (attributes: AdmissionAttributes, name: string): Account | Promise<Account> => {
    const found = accounts.get(attributes.namespace, name)
    if (found) return found
    return waitFor(attributes, name)
  }
  const waitFor = async (attributes: AdmissionAttributes, name: string): Promise<Account> => {
    const { namespace } = attributes
    const wrong = pathSegment(name)
    if (wrong.length > 0) {
      const why = `invalid resource name ${JSON.stringify(name)}: [${wrong.join(' ')}]`
      throw refused(attributes, `error looking up service account ${namespace}/${name}: ${why}`)
    }
    const pauseMs = LEAST_PAUSE_MS + random.below(LEAST_PAUSE_MS)
    for (let attempt = 1; name === DEFAULT_ACCOUNT && attempt < ATTEMPTS_FOR_DEFAULT; attempt++) {
      await new Promise<void>((resolve) => void after(pauseMs, resolve, true))
      const found = accounts.get(namespace, name)
      if (found) return found
    }
    throw refused(attributes, `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`)
  }
  const check = (attributes: AdmissionAttributes, pod: AdmittedPod, account: Account): void => {
    const why = account.enforcesSecrets ? foreignInPod(pod, account) : undefined
    if (why !== undefined) throw refused(attributes, why)
  }
  const give = (attributes: AdmissionAttributes, pod: AdmittedPod, account: Account): void => {
    const { spec } = pod
    if (spec.automountServiceAccountToken ?? account.automount ?? true) mountToken(pod, random)
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets.length > 0)
      spec.imagePullSecrets = account.imagePullSecrets.map((name) => ({ name }))
    check(attributes, pod, account)
  }
  const validate = (attributes: AdmissionAttributes): Promise<void> | void => {
    const pod = podOf(attributes)
    const isUpdate = attributes.operation === 'UPDATE'
    if (isUpdate !== (attributes.subresource === 'ephemeralcontainers')) return
    if (!isUpdate && isMirror(pod)) return checkMirror(attributes, pod)
    const name = pod.spec.serviceAccountName ?? ''
    if (name === '') throw refused(attributes, `no service account specified for pod ${attributes.namespace}/${pod.metadata.name ?? ''}`)
    const checked = (account: Account): void => {
      if (!isUpdate) return check(attributes, pod, account)
      const why = account.enforcesSecrets ? foreignInContainers('ephemeral container', pod.spec.ephemeralContainers, account) : undefined
      // Upstream gives this one no status.
      if (why !== undefined) throw unreasoned(why)
    }
    const account = lookUp(attributes, name)
    return account instanceof Promise ? account.then(checked) : checked(account)
  }
  return {
    name: 'ServiceAccount',
    operations: ['CREATE', 'UPDATE'],
    resources: ['pods'],
    subresources: ['', 'ephemeralcontainers'],
    admit: (attributes) => {
      if (attributes.operation !== 'CREATE') return
      const pod = podOf(attributes)
      if (isMirror(pod)) return checkMirror(attributes, pod)
      const { spec } = pod
      if (!spec.serviceAccountName) Object.assign(spec, { serviceAccountName: DEFAULT_ACCOUNT, serviceAccount: DEFAULT_ACCOUNT })
      const account = lookUp(attributes, spec.serviceAccountName ?? '')
      if (account instanceof Promise) return account.then((found) => give(attributes, pod, found))
      return give(attributes, pod, account)
    },
    validate,
  }
}
