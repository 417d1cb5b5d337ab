// Namespaces that go away: their content is deleted, then the namespace is finalized. Waits for finalizers and for pods to stop, looking
// again as often as those may take. Upstream: pkg/controller/namespace.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { listAt, textAt, type ValueMap } from '../../apimachinery/kube-object.ts'
import { isConflict, isNotFound } from '../api-failures.ts'
import type { Controller, ControllerContext, Outcome } from '../reconciler.ts'
import { namespaces } from '../resources.ts'
import { NamespaceContent } from './namespace-content.ts'

/** Until every server has seen the deletion. */
const GRACE_MS = 5000
const BACKOFF = { firstMs: 5, maxMs: 60_000 }
const FINALIZER = 'kubernetes'

type Change = (namespace: KubeObject) => Promise<KubeObject>

const deletion = (context: ControllerContext) => {
  const { client, clock } = context

  /** Tries a change again on what is there now, as long as it is the same namespace. Undefined: there is none any more. */
  const changed = async (namespace: KubeObject, change: Change, signal: AbortSignal): Promise<KubeObject | undefined> => {
    for (let latest = namespace; ; ) {
      try {
        return await change(latest)
      } catch (error) {
        if (isNotFound(error)) return undefined
        if (!isConflict(error)) throw error
      }
      const { name = '', uid } = latest.metadata
      latest = await client.get(namespaces, { name }, { signal })
      if (latest.metadata.uid !== uid) throw new Error('namespace uid has changed across retries')
    }
  }

  const terminating: (signal: AbortSignal) => Change = (signal) => async (namespace) => {
    if (!namespace.metadata.deletionTimestamp || textAt(namespace, 'status', 'phase') === 'Terminating') return namespace
    const status = { ...(namespace['status'] as ValueMap), phase: 'Terminating' }
    return client.update(namespaces, { ...namespace, status }, { subresource: 'status', signal })
  }

  const finalized: (signal: AbortSignal) => Change = (signal) => async (namespace) => {
    const finalizers = [...new Set(listAt(namespace, 'spec', 'finalizers') as string[])].filter((name) => name !== FINALIZER).sort()
    const { kind = 'Namespace', apiVersion = 'v1', metadata } = namespace
    const spec = { ...(namespace['spec'] as ValueMap), finalizers }
    return client.update(namespaces, { kind, apiVersion, metadata, spec }, { subresource: 'finalize', signal })
  }

  return async (name: string, signal: AbortSignal): Promise<Outcome | undefined> => {
    const found = await client.get(namespaces, { name }, { signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      return undefined
    })
    if (!found?.metadata.deletionTimestamp) return undefined
    const namespace = await changed(found, terminating(signal), signal)
    if (!namespace?.metadata.deletionTimestamp || listAt(namespace, 'spec', 'finalizers').length === 0) return undefined
    const { conditions, estimateSeconds, errors } = await new NamespaceContent(context, namespace, signal).delete()
    const merged = conditions.merged(namespace, clock.now())
    if (merged) {
      const status = { ...(namespace['status'] as ValueMap), conditions: merged }
      await client.update(namespaces, { ...namespace, status }, { subresource: 'status', signal }).catch((error: unknown) => {
        if (!isConflict(error)) context.log.error(`the conditions of namespace ${name} could not be written`, error)
      })
    }
    if (errors.length > 0)
      throw errors.length === 1 ? (errors[0] as Error) : new Error(`[${errors.map(({ message }) => message).join(', ')}]`)
    if (estimateSeconds > 0) return { requeueAfterMs: (Math.floor(estimateSeconds / 2) + 1) * 1000 }
    await changed(namespace, finalized(signal), signal)
    return undefined
  }
}

export const namespaceController = (context: ControllerContext, workers: number): Controller => {
  const known = context.informers.objects(namespaces)
  const remove = deletion(context)
  return {
    reconcilers: [
      {
        name: 'namespace-controller',
        workers,
        backoff: BACKOFF,
        watches: [
          {
            informer: known,
            handler: (queue) => {
              const look = ({ metadata }: KubeObject): void => {
                if (metadata.deletionTimestamp) queue.addAfter(metadata.name ?? '', GRACE_MS)
              }
              return { added: look, updated: look }
            },
          },
        ],
        reconcile: async (name, signal) => (known.store.get(name) ? remove(name, signal) : undefined),
      },
    ],
  }
}
