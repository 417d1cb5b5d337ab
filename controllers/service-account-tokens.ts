// Secrets of type kubernetes.io/service-account-token get the token of the account they name, and go when it goes.
// Upstream: pkg/controller/serviceaccount/tokens_controller.go.
import { type KubeObject, listAt, textAt } from '../apimachinery/kube-object.ts'
import { isConflict, isNotFound } from './api-failures.ts'
import type { LegacyTokenSigner } from './legacy-token.ts'
import type { Controller, ControllerContext, Reconciler } from './reconciler.ts'
import { secrets, serviceAccounts } from './resources.ts'

const TYPE = 'kubernetes.io/service-account-token'
const NAME = 'kubernetes.io/service-account.name'
const UID = 'kubernetes.io/service-account.uid'
const MAX_FAILURES = 10

export interface TokenSettings {
  readonly signer: LegacyTokenSigner
  /** PEM; '' puts no authority into secrets. */
  readonly authority: string
  readonly workers: number
}

/** Queue keys: which object, and as which it was seen. */
const keyFor = (...parts: (string | undefined)[]): string => parts.map((part) => part ?? '').join('/')

const isTokenSecret = (secret: KubeObject): boolean => textAt(secret, 'type') === TYPE

const annotation = ({ metadata }: KubeObject, name: string): string => metadata.annotations?.[name] ?? ''

class Tokens {
  readonly #context: ControllerContext
  readonly #settings: TokenSettings
  readonly accounts
  readonly secrets

  constructor(context: ControllerContext, settings: TokenSettings) {
    this.#context = context
    this.#settings = settings
    this.accounts = context.informers.objects(serviceAccounts)
    this.secrets = context.informers.objects(secrets)
    this.secrets.store.addIndex('token account', (secret) =>
      isTokenSecret(secret) ? [keyFor(secret.metadata.namespace, annotation(secret, NAME))] : [],
    )
  }

  /** An account that is gone takes its tokens along. */
  async syncAccount(key: string, signal: AbortSignal): Promise<undefined> {
    const [namespace = '', name = '', uid = ''] = key.split('/')
    if (this.accounts.store.get(`${namespace}/${name}`)?.metadata.uid === uid) return
    const tokens = this.secrets.store.indexed('token account', `${namespace}/${name}`)
    for (const secret of tokens) if (['', uid].includes(annotation(secret, UID))) await this.#deleteSecret(secret, signal)
  }

  async syncSecret(key: string, signal: AbortSignal): Promise<undefined> {
    const [namespace = '', name = '', uid = '', accountName = '', accountUid = ''] = key.split('/')
    if (accountName === '') return
    const secret = this.secrets.store.get(`${namespace}/${name}`)
    const cached = this.accounts.store.get(`${namespace}/${accountName}`)
    const fits = (account: KubeObject | undefined): boolean => account !== undefined && ['', account.metadata.uid].includes(accountUid)
    if (secret?.metadata.uid !== uid) {
      if (fits(cached)) await this.#removeReference(namespace, accountName, accountUid, name, signal)
      return
    }
    const account = fits(cached) ? cached : await this.#live(namespace, accountName, signal)
    if (!account || !fits(account)) return this.#deleteSecret(secret, signal)
    await this.#populate(account, secret, signal)
  }

  async #live(namespace: string, name: string, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.#context.client.get(serviceAccounts, { namespace, name }, { signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      return undefined
    })
  }

  async #deleteSecret({ metadata }: KubeObject, signal: AbortSignal): Promise<undefined> {
    const { namespace, name = '', uid } = metadata
    const preconditions = uid === undefined ? {} : { preconditions: { uid } }
    await this.#context.client.delete(secrets, { namespace, name }, { ...preconditions, signal }).catch((error: unknown) => {
      if (!isNotFound(error) && !isConflict(error)) throw error
    })
  }

  /** What a secret lacks, in base64; undefined: nothing. */
  #missing(secret: KubeObject, account: KubeObject): Record<string, string> | undefined {
    const held = (secret['data'] ?? {}) as Record<string, string>
    const authority = Buffer.from(this.#settings.authority).toString('base64')
    const missing: Record<string, string> = {}
    if (authority !== '' && held['ca.crt'] !== authority) missing['ca.crt'] = authority
    if (!held['namespace']) missing['namespace'] = Buffer.from(secret.metadata.namespace ?? '').toString('base64')
    if (!held['token']) missing['token'] = Buffer.from(this.#settings.signer.token(account, secret)).toString('base64')
    return Object.keys(missing).length === 0 ? undefined : { ...held, ...missing }
  }

  async #populate(account: KubeObject, cached: KubeObject, signal: AbortSignal): Promise<undefined> {
    if (!this.#missing(cached, account)) return
    const { namespace, name = '' } = cached.metadata
    const { client } = this.#context
    try {
      const live = await client.get(secrets, { namespace, name }, { signal })
      const data = this.#missing(live, account)
      // A newer one will come by itself.
      if (!data || live.metadata.resourceVersion !== cached.metadata.resourceVersion) return
      const annotations = { ...live.metadata.annotations, [NAME]: account.metadata.name ?? '', [UID]: account.metadata.uid ?? '' }
      await client.update(secrets, { ...live, metadata: { ...live.metadata, annotations }, data }, { signal })
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  /** The account names the secret no more. */
  async #removeReference(namespace: string, name: string, uid: string, secret: string, signal: AbortSignal): Promise<undefined> {
    const account = await this.#live(namespace, name, signal)
    if (!account || (uid !== '' && account.metadata.uid !== uid)) return
    const references = listAt(account, 'secrets')
    const left = references.filter((reference) => textAt(reference, 'name') !== secret)
    if (left.length === references.length) return
    await this.#context.client.update(serviceAccounts, { ...account, secrets: left }, { signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
}

export const serviceAccountTokenController = (context: ControllerContext, settings: TokenSettings): Controller => {
  const tokens = new Tokens(context, settings)
  const parts = { workers: settings.workers, maxFailures: MAX_FAILURES }
  const ofAccounts: Reconciler = {
    ...parts,
    name: 'serviceaccount-token-controller accounts',
    watches: [
      {
        informer: tokens.accounts,
        handler: (queue) => {
          const look = ({ metadata }: KubeObject): void => queue.add(keyFor(metadata.namespace, metadata.name, metadata.uid))
          return { added: look, updated: look, deleted: look }
        },
      },
      // Tokens are found by the account they name: both must be known.
      { informer: tokens.secrets, handler: () => ({}) },
    ],
    reconcile: (key, signal) => tokens.syncAccount(key, signal),
  }
  const ofSecrets: Reconciler = {
    ...parts,
    name: 'serviceaccount-token-controller secrets',
    watches: [
      { informer: tokens.accounts, handler: () => ({}) },
      {
        informer: tokens.secrets,
        handler: (queue) => {
          const look = (secret: KubeObject): void => {
            const { namespace, name, uid } = secret.metadata
            if (isTokenSecret(secret)) queue.add(keyFor(namespace, name, uid, annotation(secret, NAME), annotation(secret, UID)))
          }
          return { added: look, updated: look, deleted: look }
        },
      },
    ],
    reconcile: (key, signal) => tokens.syncSecret(key, signal),
  }
  return { reconcilers: [ofAccounts, ofSecrets] }
}
