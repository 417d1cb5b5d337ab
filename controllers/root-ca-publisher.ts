// Every namespace has the authority that vouches for the API server, as config map kube-root-ca.crt.
// Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go.
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { at, textAt } from '../apimachinery/kube-object.ts'
import type { WorkQueue } from '../client/work-queue.ts'
import { isNotFound, namespaceTerminates } from './api-failures.ts'
import type { Controller, ControllerContext } from './reconciler.ts'
import { configMaps, namespaces } from './resources.ts'

const NAME = 'kube-root-ca.crt'
const FILE = 'ca.crt'
const ANNOTATION = 'kubernetes.io/description'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

const changed =
  (queue: WorkQueue) =>
  ({ metadata }: KubeObject): void => {
    if (metadata.name === NAME) queue.add(metadata.namespace ?? '')
  }

/** `authority` is PEM. */
export const rootCaPublisher = ({ client, informers }: ControllerContext, authority: string): Controller => {
  const published = informers.objects(configMaps)
  const publish = async (namespace: string, signal: AbortSignal): Promise<undefined> => {
    const found = published.store.get(`${namespace}/${NAME}`)
    const data = { [FILE]: authority }
    if (!found) {
      const metadata = { name: NAME, namespace, annotations: { [ANNOTATION]: DESCRIPTION } }
      await client.create(configMaps, { kind: 'ConfigMap', apiVersion: 'v1', metadata, data }, { signal }).catch((error: unknown) => {
        if (!isNotFound(error) && !namespaceTerminates(error)) throw error
      })
      return
    }
    const held = (at(found, 'data') ?? {}) as Record<string, string>
    const described = (found.metadata.annotations?.[ANNOTATION] ?? '') !== ''
    if (Object.keys(held).length === 1 && held[FILE] === authority && described) return
    const annotations = { ...found.metadata.annotations, [ANNOTATION]: DESCRIPTION }
    await client.update(configMaps, { ...found, metadata: { ...found.metadata, annotations }, data }, { signal })
  }
  return {
    reconcilers: [
      {
        name: 'root-ca-certificate-publisher-controller',
        workers: 1,
        watches: [
          { informer: published, handler: (queue) => ({ updated: changed(queue), deleted: changed(queue) }) },
          {
            informer: informers.objects(namespaces),
            handler: (queue) => ({
              added: ({ metadata }) => queue.add(metadata.name ?? ''),
              updated: (namespace) => {
                if (textAt(namespace, 'status', 'phase') === 'Active') queue.add(namespace.metadata.name ?? '')
              },
            }),
          },
        ],
        reconcile: publish,
      },
    ],
  }
}
