// Service accounts and the tokens they hand out. Upstream: pkg/registry/core/serviceaccount.

import { formatTime } from '../../../apimachinery/clock.ts'
import { invalidValue } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject, Value, ValueMap } from '../../../apimachinery/kube-object.ts'
import { at, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { invalid } from '../../../apimachinery/status-error.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { strategyOf } from '../strategies.ts'
import { metadataErrors } from '../validation/metadata.ts'

const DEFAULT_SECONDS = 3600
const MIN_SECONDS = 600
const MAX_SECONDS = 2 ** 32

const checkSeconds = (seconds: number): void => {
  const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' }
  const field = 'spec.expirationSeconds'
  if (seconds < MIN_SECONDS) throw invalid(kind, '', [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')])
  if (seconds > MAX_SECONDS) throw invalid(kind, '', [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')])
}

/** Secrets are named; whatever else a reference says is dropped. */
const cleanSecrets = (account: KubeObject): void => {
  if (account['secrets']) account['secrets'] = listAt(account, 'secrets').map((secret) => ({ name: textAt(secret, 'name') }))
}

const MOUNT_ANNOTATION = 'kubernetes.io/enforce-mountable-secrets'
const MOUNT_WARNING = `metadata.annotations[${MOUNT_ANNOTATION}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`

const mountsAlone = ({ metadata }: Frozen<KubeObject>): boolean => metadata.annotations?.[MOUNT_ANNOTATION] !== undefined

export const serviceaccounts = ({ tokens }: KindServices): KindRecord =>
  defineResource('', 'ServiceAccount', {
    strategy: strategyOf(
      { returnsDeletedObject: true },
      {
        prepareForCreate: cleanSecrets,
        prepareForUpdate: cleanSecrets,
        validateUpdate: (account) => metadataErrors(account, true, dns1123Subdomain),
        warnings: (account, old) => (mountsAlone(account) && !(old && mountsAlone(old)) ? [MOUNT_WARNING] : []),
      },
    ),
    actions: {
      token: async (account: Frozen<KubeObject>, request: KubeObject, context) => {
        const seconds = (at(request, 'spec', 'expirationSeconds') as number | undefined) ?? DEFAULT_SECONDS
        checkSeconds(seconds)
        const audiences = listAt(request, 'spec', 'audiences') as string[]
        const bound = at(request, 'spec', 'boundObjectRef')
        const issued = tokens.issue({
          namespace: account.metadata.namespace ?? '',
          name: account.metadata.name ?? '',
          uid: account.metadata.uid ?? '',
          seconds,
          audiences: audiences.length > 0 ? audiences : tokens.audiences,
          ...(bound ? { bound: { kind: textAt(bound, 'kind'), name: textAt(bound, 'name'), uid: textAt(bound, 'uid') } } : {}),
        })
        const spec: ValueMap = { ...(request['spec'] as ValueMap), audiences: issued.audiences as Value, expirationSeconds: seconds }
        spec['boundObjectRef'] ??= null
        return {
          kind: 'TokenRequest',
          apiVersion: 'authentication.k8s.io/v1',
          metadata: {
            name: account.metadata.name ?? '',
            namespace: account.metadata.namespace ?? '',
            creationTimestamp: formatTime(context.clock.now()),
          },
          spec,
          status: { token: issued.token, expirationTimestamp: formatTime(issued.expiresAt) },
        }
      },
    },
  })
