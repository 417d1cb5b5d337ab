// Deleting: preconditions, grace, finalizers, propagation; at once, or by marking the object for others to let go.
// Upstream: registry/rest/delete.go BeforeDelete, generic/registry/store.go Delete.
import { formatTime } from '../../apimachinery/clock.ts'
import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import { conflict, StatusError, timeout } from '../../apimachinery/status-error.ts'
import { admissionAttributes } from './admission-attributes.ts'
import { groupKind, groupResource, type WriteContext } from './resource-definition.ts'
import type { Entry, ResourceStore, Written } from './resource-store.ts'
import type { Preconditions, WriteServices } from './write-path.ts'

export interface DeleteRequest {
  name: string
  preconditions: Preconditions
  gracePeriodSeconds: number | undefined
  propagation: 'Foreground' | 'Background' | 'Orphan' | undefined
  orphanDependents: boolean | undefined
}

export interface DeleteResult extends Written {
  /** False when the object still stands, marked for deletion. */
  deleted: boolean
}

type Plan = { step: 'keep' } | { step: 'mark'; object: KubeObject; thenDelete: boolean } | { step: 'delete' }

const MAX_ATTEMPTS = 1000
const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** Deletes or marks one object. Throws StatusError. */
export const deleteObject = async (
  target: ResourceStore,
  request: DeleteRequest,
  context: WriteContext,
  services: WriteServices,
): Promise<DeleteResult> => {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const entry = target.require(context.namespace, request.name)
    const old = target.decode(entry)
    checkPreconditions(target, request, old)
    await admit(target, old, request, context, services)
    const result = await carryOut(target, request, entry, plan(target, request, old, context), context)
    if (result?.deleted && !context.dryRun) await target.definition.strategy.afterDelete?.(old)
    if (result) return result
  }
  throw timeout('request did not complete within the allotted timeout', 0)
}

/** Deletes an object for good if it is there. */
export const removeIfThere = async (
  target: ResourceStore,
  namespace: string,
  name: string,
  context: WriteContext,
  services: WriteServices,
): Promise<void> => {
  const request = { name, preconditions: {}, gracePeriodSeconds: undefined, propagation: undefined, orphanDependents: undefined }
  try {
    await deleteObject(target, request, { ...context, namespace }, services)
  } catch (error) {
    if (!(error instanceof StatusError && error.code === 404)) throw error
  }
}

const admit = async (
  target: ResourceStore,
  old: Frozen<KubeObject>,
  request: DeleteRequest,
  context: WriteContext,
  services: WriteServices,
): Promise<void> => {
  const attributes = admissionAttributes(target, context, {
    operation: 'DELETE',
    subresource: '',
    name: request.name,
    object: undefined,
    old,
  })
  await services.admission.admit(attributes)
  await services.admission.validate(attributes)
}

/** Kinds that look at preconditions themselves, because their first delete is an update. */
const checkOwnPreconditions = (
  target: ResourceStore,
  { name, preconditions }: Pick<DeleteRequest, 'name' | 'preconditions'>,
  old: Frozen<KubeObject>,
): void => {
  const { uid, resourceVersion } = preconditions
  const failed = (what: string, wanted: string, found: string | undefined): StatusError =>
    conflict(
      groupResource(target.definition),
      name,
      `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`,
    )
  if (uid !== undefined && uid !== old.metadata.uid) throw failed('UID', uid, old.metadata.uid)
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion)
    throw failed('ResourceVersion', resourceVersion, old.metadata.resourceVersion)
}

/** Upstream names the kind, not the resource, in these two. */
const checkPreconditions = (target: ResourceStore, { name, preconditions }: DeleteRequest, old: Frozen<KubeObject>): void => {
  if (target.definition.strategy.beginDelete) return checkOwnPreconditions(target, { name, preconditions }, old)
  const { group, kind } = groupKind(target.definition)
  const resource = { group, resource: kind }
  const { uid, resourceVersion } = preconditions
  if (uid !== undefined && uid !== old.metadata.uid) {
    throw conflict(
      resource,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${old.metadata.uid}). The object might have been deleted and then recreated`,
    )
  }
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(
      resource,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${old.metadata.resourceVersion}). The object might have been modified`,
    )
  }
}

/** Finalizers after the propagation policy had its say. */
const finalizersFor = (target: ResourceStore, request: DeleteRequest, old: Frozen<KubeObject>, version: string): string[] => {
  const current = [...(old.metadata.finalizers ?? [])]
  const fallback = target.definition.strategy.defaultPropagation?.(version) ?? 'Background'
  if (fallback === 'Unsupported') return current.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND)
  const has = (finalizer: string): boolean => current.includes(finalizer)
  const { orphanDependents, propagation } = request
  const orphan = orphanDependents ?? (propagation ? propagation === 'Orphan' : has(ORPHAN) || (!has(FOREGROUND) && fallback === 'Orphan'))
  const foreground = orphanDependents === undefined && (propagation ? propagation === 'Foreground' : has(FOREGROUND))
  const kept = current.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND)
  return [...kept, ...(orphan ? [ORPHAN] : []), ...(foreground ? [FOREGROUND] : [])]
}

const plan = (target: ResourceStore, request: DeleteRequest, old: KubeObject, context: WriteContext): Plan => {
  const { strategy } = target.definition
  const { metadata } = old
  const now = context.clock.now()
  const wanted = request.gracePeriodSeconds !== undefined && request.gracePeriodSeconds < 0 ? 1 : request.gracePeriodSeconds
  if (strategy.beginDelete && metadata.deletionTimestamp === undefined) return begin(target, request, old, context)
  if (!(strategy.mayEnd?.(old) ?? true)) return { step: 'keep' }
  const graceful = strategy.gracePeriodSeconds !== undefined
  let marked = false
  let grace = 0
  if (graceful && metadata.deletionTimestamp !== undefined && (metadata.deletionGracePeriodSeconds ?? 0) > 0) {
    if (wanted === undefined || wanted >= (metadata.deletionGracePeriodSeconds as number)) return { step: 'keep' }
    grace = shortenGrace(old, wanted, now)
    marked = true
  } else if (graceful && metadata.deletionTimestamp === undefined) {
    grace = strategy.gracePeriodSeconds?.(old, wanted) ?? 0
    markDeleting(old, now, grace)
    marked = true
  }
  const finalizers = finalizersFor(target, request, old, context.version)
  if (!marked && finalizers.length === 0 && metadata.finalizers === undefined) return { step: 'delete' }
  setFinalizers(old, finalizers)
  if (!marked && finalizers.length === 0) return { step: 'delete' }
  if (!marked) markDeleting(old, now, 0)
  return { step: 'mark', object: old, thenDelete: finalizers.length === 0 && grace === 0 }
}

/** The first step of a two-step delete. */
const begin = (target: ResourceStore, request: DeleteRequest, object: KubeObject, context: WriteContext): Plan => {
  object.metadata.deletionTimestamp = formatTime(context.clock.now())
  setFinalizers(object, finalizersFor(target, request, object, context.version))
  target.definition.strategy.beginDelete?.(object)
  return { step: 'mark', object, thenDelete: false }
}

const setFinalizers = (object: KubeObject, finalizers: string[]): void => {
  if (finalizers.length > 0) object.metadata.finalizers = finalizers
  else delete object.metadata.finalizers
}

/** Sets the timestamp and the grace; a first marking counts as a change of the object. */
const markDeleting = (object: KubeObject, now: number, grace: number): void => {
  const { metadata } = object
  if (metadata.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = formatTime(now + grace * 1000)
    if ((metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation as number) + 1
  }
  metadata.deletionGracePeriodSeconds = grace
}

/** A later delete may only shorten the grace; the timestamp never moves into the past. */
const shortenGrace = (object: KubeObject, wanted: number, now: number): number => {
  const { metadata } = object
  const begun = Date.parse(metadata.deletionTimestamp as string) - (metadata.deletionGracePeriodSeconds as number) * 1000
  const end = begun + wanted * 1000
  const grace = end < now && wanted !== 0 ? 1 : wanted
  metadata.deletionTimestamp = formatTime(Math.max(end, now))
  metadata.deletionGracePeriodSeconds = grace
  return grace
}

/** Undefined when another writer was first. */
const carryOut = async (
  target: ResourceStore,
  request: DeleteRequest,
  entry: Entry,
  step: Plan,
  context: WriteContext,
): Promise<DeleteResult | undefined> => {
  if (step.step === 'keep') return { deleted: false, revision: entry.revision, item: entry.item }
  if (step.step === 'delete') return end(target, request, entry, context)
  const bytes = target.encode(step.object)
  if (context.dryRun) return { deleted: step.thenDelete, revision: entry.revision, item: target.locate(bytes) }
  if (bytes.equals(entry.item.bytes)) return { deleted: false, revision: entry.revision, item: entry.item }
  const written = await target.update(entry.key, entry.revision, bytes, { object: step.object, checked: false })
  if (!written) return undefined
  if (!step.thenDelete) return { deleted: false, ...written }
  const revision = await target.delete(entry.key, written.revision, request.name)
  return { deleted: true, item: written.item, revision: revision ?? written.revision }
}

const end = async (
  target: ResourceStore,
  request: DeleteRequest,
  entry: Entry,
  context: WriteContext,
): Promise<DeleteResult | undefined> => {
  if (context.dryRun) return { deleted: true, revision: entry.revision, item: entry.item }
  const revision = await target.delete(entry.key, entry.revision, request.name)
  return revision === undefined ? undefined : { deleted: true, revision, item: entry.item }
}
