// Every active namespace has a service account named default. Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go.
import { textAt } from '../apimachinery/kube-object.ts'
import { alreadyExists, namespaceTerminates } from './api-failures.ts'
import type { Controller, ControllerContext } from './reconciler.ts'
import { namespaces, serviceAccounts } from './resources.ts'

const NAME = 'default'

export const serviceAccountController = ({ client, informers }: ControllerContext): Controller => {
  const accounts = informers.objects(serviceAccounts)
  const known = informers.objects(namespaces)
  return {
    reconcilers: [
      {
        name: 'serviceaccount-controller',
        workers: 1,
        watches: [
          { informer: accounts, handler: (queue) => ({ deleted: ({ metadata }) => queue.add(metadata.namespace ?? '') }) },
          {
            informer: known,
            handler: (queue) => ({
              added: ({ metadata }) => queue.add(metadata.name ?? ''),
              updated: ({ metadata }) => queue.add(metadata.name ?? ''),
            }),
          },
        ],
        reconcile: async (namespace, signal) => {
          const found = known.store.get(namespace)
          if (!found || textAt(found, 'status', 'phase') !== 'Active' || accounts.store.get(`${namespace}/${NAME}`)) return undefined
          const account = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: NAME, namespace } }
          await client.create(serviceAccounts, account, { signal }).catch((error: unknown) => {
            if (!alreadyExists(error) && !namespaceTerminates(error)) throw error
          })
          return undefined
        },
      },
    ],
  }
}
