// Claims and volumes that are in use outlast their deletion: their finalizers go when no pod on a node uses the claim any more, and when
// no claim is bound to the volume. Upstream: pkg/controller/volume/pvcprotection, pkg/controller/volume/pvprotection.
import { at, type KubeObject, listAt, textAt, type Value } from '../apimachinery/kube-object.ts'
import type { ApiClient } from '../client/api-client.ts'
import { type ApiResource, keyOf } from '../client/resource.ts'
import type { Controller, ControllerContext, Watch } from './reconciler.ts'
import { claims, pods, volumes } from './resources.ts'

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection'
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection'
const BY_CLAIM = 'claim'

const isHeld = ({ metadata }: KubeObject, finalizer: string): boolean => (metadata.finalizers ?? []).includes(finalizer)

const mayGo = (object: KubeObject, finalizer: string): boolean =>
  object.metadata.deletionTimestamp !== undefined && isHeld(object, finalizer)

/** Admission gives the finalizer to what is created; this is for what is older. */
const lacks = (object: KubeObject, finalizer: string): boolean =>
  object.metadata.deletionTimestamp === undefined && !isHeld(object, finalizer)

const setFinalizers = (client: ApiClient, resource: ApiResource, object: KubeObject, finalizers: string[], signal: AbortSignal) => {
  const { finalizers: _, ...metadata } = object.metadata
  return client.update(resource, { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } }, { signal })
}

const protect = (client: ApiClient, resource: ApiResource, object: KubeObject, finalizer: string, signal: AbortSignal) =>
  setFinalizers(client, resource, object, [...(object.metadata.finalizers ?? []), finalizer], signal)

const release = (client: ApiClient, resource: ApiResource, object: KubeObject, finalizer: string, signal: AbortSignal) =>
  setFinalizers(
    client,
    resource,
    object,
    (object.metadata.finalizers ?? []).filter((name) => name !== finalizer),
    signal,
  )

/** What looks after the finalizer of one resource; `isUsed` is asked once an object is to go, `others` are looked at besides. */
const finalizerKeeper = (
  { client, informers }: ControllerContext,
  name: string,
  resource: ApiResource,
  finalizer: string,
  isUsed: (object: KubeObject, signal: AbortSignal) => boolean | Promise<boolean>,
  others: readonly Watch[] = [],
): Controller => {
  const known = informers.objects(resource)
  const own: Watch = {
    informer: known,
    handler: (queue) => {
      const look = (object: KubeObject): void => {
        if (lacks(object, finalizer) || mayGo(object, finalizer)) queue.add(keyOf(object))
      }
      return { added: look, updated: look }
    },
  }
  const reconcile = async (key: string, signal: AbortSignal): Promise<undefined> => {
    const object = known.store.get(key)
    if (object && mayGo(object, finalizer) && !(await isUsed(object, signal))) await release(client, resource, object, finalizer, signal)
    else if (object && lacks(object, finalizer)) await protect(client, resource, object, finalizer, signal)
    return undefined
  }
  return { reconcilers: [{ name, workers: 1, watches: [own, ...others], reconcile }] }
}

/** The claim a volume of a pod stands for; an ephemeral one has a claim of its own. */
const claimOf = (pod: KubeObject, volume: Value): string | undefined => {
  if (at(volume, 'persistentVolumeClaim') !== undefined) return textAt(volume, 'persistentVolumeClaim', 'claimName')
  return at(volume, 'ephemeral') === undefined ? undefined : `${pod.metadata.name}-${textAt(volume, 'name')}`
}

const claimsOf = (pod: KubeObject): string[] =>
  listAt(pod, 'spec', 'volumes').flatMap((volume) => {
    const name = claimOf(pod, volume)
    return name === undefined ? [] : [`${pod.metadata.namespace}/${name}`]
  })

/** Its node is done with it, or will never be asked. */
const isShutDown = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0

/** Pods without a node do not count: none starts one whose claim goes away. */
const uses = (pod: KubeObject, claim: KubeObject): boolean =>
  textAt(pod, 'spec', 'nodeName') !== '' &&
  listAt(pod, 'spec', 'volumes').some((volume) => {
    if (claimOf(pod, volume) !== claim.metadata.name) return false
    if (at(volume, 'ephemeral') === undefined) return true
    return !isShutDown(pod) && (claim.metadata.ownerReferences ?? []).some(({ uid, controller }) => controller && uid === pod.metadata.uid)
  })

const isStopped = (pod: KubeObject): boolean => {
  if (['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'))) return true
  const statuses = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
    listAt(pod, 'status', list),
  )
  const stopped = (status: Value): boolean =>
    at(status, 'state', 'terminated') !== undefined || at(status, 'state', 'waiting') !== undefined
  return pod.metadata.deletionTimestamp !== undefined && statuses.every(stopped)
}

export const claimProtection = (context: ControllerContext): Controller => {
  const { client, informers } = context
  const running = informers.objects(pods)
  running.store.addIndex(BY_CLAIM, claimsOf)

  /** As the informer says, or, before a claim is let go, the server. */
  const isUsed = async (claim: KubeObject, signal: AbortSignal): Promise<boolean> => {
    if (running.store.indexed(BY_CLAIM, keyOf(claim)).some((pod) => uses(pod, claim))) return true
    const live = await client.list(pods, { namespace: claim.metadata.namespace, signal })
    return live.items.some((pod) => uses(pod, claim))
  }
  const podsThatEnd: Watch = {
    informer: running,
    handler: (queue) => {
      const freed = (pod: KubeObject): void => {
        for (const claim of claimsOf(pod)) queue.add(claim)
      }
      const look = (pod: KubeObject): void => {
        if (textAt(pod, 'spec', 'nodeName') === '' || isStopped(pod)) freed(pod)
      }
      return { added: look, updated: look, deleted: freed }
    },
  }
  const name = 'persistentvolumeclaim-protection-controller'
  return finalizerKeeper(context, name, claims, CLAIM_FINALIZER, isUsed, [podsThatEnd])
}

export const volumeProtection = (context: ControllerContext): Controller => {
  const isBound = (volume: KubeObject): boolean => textAt(volume, 'status', 'phase') === 'Bound'
  return finalizerKeeper(context, 'persistentvolume-protection-controller', volumes, VOLUME_FINALIZER, isBound)
}
