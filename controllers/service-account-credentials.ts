// Each controller as a service account of its own, with the rights that account has: a token from the API, renewed in time.
// Upstream: k8s.io/controller-manager/pkg/clientbuilder.
import type { Clock } from '../apimachinery/clock.ts'
import { textAt } from '../apimachinery/kube-object.ts'
import type { Timers } from '../apimachinery/machine-clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import { delay } from '../client/connection.ts'
import { alreadyExists, isNotFound } from './api-failures.ts'
import type { ControllerLog } from './reconciler.ts'
import { serviceAccounts } from './resources.ts'

const NAMESPACE = 'kube-system'
const TOKEN_SECONDS = 3600
/** Of its life, when a token is renewed. */
const RENEW_AT = 0.75
const RETRY_MS = 1000

export interface CredentialParts {
  /** With rights to make accounts and tokens. */
  client: ApiClient
  clock: Clock
  timers: Timers
  log: ControllerLog
}

/** The token of now of a service account, which is made where it is not there. Resolves with the first; renews it until the signal. */
export const serviceAccountToken = async (name: string, parts: CredentialParts, signal: AbortSignal): Promise<() => string> => {
  const { client, clock, timers, log } = parts
  const request = async (): Promise<{ token: string; expiresAt: number }> => {
    const review = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec: { expirationSeconds: TOKEN_SECONDS } }
    const answer = await client.create(serviceAccounts, review, { namespace: NAMESPACE, name, subresource: 'token', signal })
    return { token: textAt(answer, 'status', 'token'), expiresAt: Date.parse(textAt(answer, 'status', 'expirationTimestamp')) }
  }
  const obtain = async (): Promise<{ token: string; expiresAt: number }> => {
    for (;;) {
      try {
        return await request().catch(async (error: unknown) => {
          if (!isNotFound(error)) throw error
          const account = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name, namespace: NAMESPACE } }
          await client.create(serviceAccounts, account, { signal }).catch((refusal: unknown) => {
            if (!alreadyExists(refusal)) throw refusal
          })
          return request()
        })
      } catch (error) {
        if (signal.aborted) throw error
        log.error(`service account ${name} has no token`, error)
        await delay(timers, RETRY_MS, signal)
      }
    }
  }
  let held = await obtain()
  const renew = async (): Promise<void> => {
    for (;;) {
      await delay(timers, Math.max(RETRY_MS, (held.expiresAt - clock.now()) * RENEW_AT), signal)
      held = await obtain()
    }
  }
  // Ends with the signal, by its reason.
  renew().catch(() => undefined)
  return () => held.token
}
