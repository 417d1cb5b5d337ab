// Service accounts; the tokens they hand out are token-requests.ts's. Upstream: pkg/registry/core/serviceaccount.
import { type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { strategyOf } from '../strategies.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { checkTokenRequest, requestToken } from './token-requests.ts'

/** Secrets are named; whatever else a reference says is dropped. */
const cleanSecrets = (account: KubeObject): void => {
  if (account['secrets']) account['secrets'] = listAt(account, 'secrets').map((secret) => ({ name: textAt(secret, 'name') }))
}

const MOUNT_ANNOTATION = 'kubernetes.io/enforce-mountable-secrets'
const MOUNT_WARNING = `metadata.annotations[${MOUNT_ANNOTATION}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`

const mountsAlone = ({ metadata }: Frozen<KubeObject>): boolean => metadata.annotations?.[MOUNT_ANNOTATION] !== undefined

export const serviceaccounts = (services: KindServices): KindRecord =>
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
      token: { check: checkTokenRequest, run: async (account, request, context) => requestToken(account, request, context, services) },
    },
  })
