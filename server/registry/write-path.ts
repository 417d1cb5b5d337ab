// The one function every write goes through. Create, update, patch and apply differ only in the change they pass in.
// The order of things is upstream's: registry/rest/create.go, update.go and generic/registry/store.go.

import { formatTime } from '../../apimachinery/clock.ts'
import { cloneTree, type Frozen, type KubeObject } from '../../apimachinery/kube-object.ts'
import { nameSuffix, type Random } from '../../apimachinery/random.ts'
import { parseResourceVersion } from '../../apimachinery/resource-version.ts'
import {
  conflict,
  generateNameConflict,
  invalid,
  notFound,
  type StatusError,
  staleWrite,
  timeout,
  unreasoned,
} from '../../apimachinery/status-error.ts'
import type { AdmissionChain } from '../admission/admission.ts'
import { admissionAttributes } from './admission-attributes.ts'
import type { SharedParts } from './encoding.ts'
import { recordOwnership } from './field-ownership.ts'
import { ensureNamespace, expectedNamespace } from './object-namespace.ts'
import { prepareChanged, prepareNew } from './prepare-write.ts'
import { settled } from './reservation.ts'
import { groupKind, groupResource, type ServedVersion, type Strategy, type WriteContext } from './resource-definition.ts'
import type { Entry, ResourceStore, Written } from './resource-store.ts'

export interface WriteServices {
  random: Random
  admission: AdmissionChain
}

/** A private tree that shares nothing with `current` but `UpdateRequest.first`; may run again when another writer was first. */
export type Change = (current: Frozen<KubeObject> | undefined) => Promise<KubeObject> | KubeObject

export interface Preconditions {
  uid?: string
  resourceVersion?: string
}

export interface WriteResult extends Written {
  /** What was written, in the storage version, as it was before its new resourceVersion; not to be changed. */
  object?: Frozen<KubeObject>
  outcome: 'created' | 'updated' | 'unchanged' | 'deleted'
}

export interface UpdateRequest {
  name: string
  change: Change
  /** The resource's own strategy, or a subresource's. */
  strategy: Strategy
  subresource: string
  version: ServedVersion
  /** False where upstream takes no precondition from the body: patches. */
  uidIsPrecondition?: boolean
  /** The change's result says who owns what. */
  ownershipGiven?: boolean
  /** Creates what is not there: server-side apply. */
  mayCreate?: boolean
  /** What the first change may share parts with: all that it changes in place is its own. */
  first?: { entry: Entry; parts: SharedParts } | undefined
  /** The change's result is in canonical form but for the order of members, as the codec reads it and defaults leave it. */
  canonical?: boolean
}

const GENERATED_SUFFIX = 5
const MAX_GENERATED_BASE = 58
const GENERATED_ATTEMPTS = 8
const MAX_ATTEMPTS = 1000

const suffixed = (base: string, random: Random): string => base.slice(0, MAX_GENERATED_BASE) + nameSuffix(random, GENERATED_SUFFIX)

export interface CreateRequest {
  /** As in UpdateRequest. */
  canonical?: boolean | undefined
  /** The update that found no object: a resourceVersion says nothing, and the user must be allowed to create. */
  onUpdate?: Pick<UpdateRequest, 'subresource' | 'strategy' | 'ownershipGiven'>
}

/** Creates an object given in the storage version, defaults set. Throws StatusError. */
export const createObject = async (
  target: ResourceStore,
  given: KubeObject,
  context: WriteContext,
  services: WriteServices,
  request: CreateRequest = {},
): Promise<WriteResult> => {
  const { name, generateName } = given.metadata
  const first = request.canonical ? given : target.canonical(given)
  if (name || !generateName) return createNamed(target, first, context, services, request)
  for (let attempt = 1; ; attempt++) {
    const object = cloneTree<KubeObject>(first)
    const generated = target.definition.strategy.generateName?.(generateName) ?? suffixed(generateName, services.random)
    try {
      return await createNamed(target, object, context, services, request, generated)
    } catch (error) {
      if ((error as StatusError).reason !== 'AlreadyExists') throw error
      if (attempt === GENERATED_ATTEMPTS) throw generateNameConflict(groupResource(target.definition), generated)
    }
  }
}

/** `generated` is a name that was made for the object: plug-ins that may change it do not see it yet, as upstream's. */
const createNamed = async (
  target: ResourceStore,
  object: KubeObject,
  context: WriteContext,
  services: WriteServices,
  { onUpdate }: CreateRequest,
  generated?: string,
): Promise<WriteResult> => {
  const { definition } = target
  const { strategy } = definition
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, selfLink: ___, ...kept } = object.metadata
  object.metadata = { ...kept, uid: services.random.uuid(), creationTimestamp: formatTime(context.clock.now()) }
  const { subresource } = onUpdate ?? { subresource: '' }
  if (!onUpdate?.ownershipGiven) recordOwnership(target, object, undefined, context, onUpdate ?? { subresource, strategy })
  if (context.byServer !== true) strategy.refuseCreate?.(object)
  ensureNamespace(object, expectedNamespace(target, context))
  const admitted = admissionAttributes(target, context, {
    operation: 'CREATE',
    subresource,
    name: object.metadata.name ?? '',
    object,
    old: undefined,
  })
  await services.admission.admit(admitted)
  if (strategy.authorizeWrite) await strategy.authorizeWrite(object, undefined, context)
  if (generated !== undefined) object.metadata.name = generated
  // Upstream's subresources have stores of their own, which take nothing from pools.
  const reserved = subresource === '' ? await strategy.begin?.(object, undefined, context) : undefined
  return settled(reserved, async () => {
    prepareNew(target, object, context)
    if (onUpdate) await context.authorizeCreate?.()
    // By now the object has a name in any case.
    await services.admission.validate(generated === undefined ? admitted : { ...admitted, name: generated })
    // Said by upstream's store, which a dry run does not reach.
    if (object.metadata.resourceVersion && !context.dryRun && !onUpdate)
      throw unreasoned('resourceVersion should not be set on objects to be created')
    const key = target.key(object.metadata.namespace ?? '', object.metadata.name ?? '')
    const bytes = target.encode(object)
    if (!context.dryRun) return { outcome: 'created', object, ...(await target.create(key, bytes, object)) }
    const { namespace = '', name = '' } = object.metadata
    if (target.cache.get(key)) throw target.existsAlready(namespace, name)
    return { outcome: 'created', revision: 0, item: target.locate(bytes) }
  })
}

/** Changes an object, again and again until nobody was faster. Throws StatusError. */
export const updateObject = async (
  target: ResourceStore,
  request: UpdateRequest,
  context: WriteContext,
  services: WriteServices,
): Promise<WriteResult> => {
  const resource = groupResource(target.definition)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const entry = target.get(context.namespace, request.name)
    if (!entry) {
      const { subresource, strategy } = request
      const mayCreate = strategy.allowCreateOnUpdate || (request.mayCreate && (subresource === '' || strategy.createdByApply))
      if (mayCreate) return createOnUpdate(target, request, context, services)
      // What is wrong with a configuration is said first.
      if (request.mayCreate) await request.change(undefined)
      throw notFound(resource, request.name)
    }
    const result = await attemptUpdate(target, request, entry, context, services)
    if (result) return result
  }
  throw timeout('request did not complete within the allotted timeout', 0)
}

const createOnUpdate = async (
  target: ResourceStore,
  request: UpdateRequest,
  context: WriteContext,
  services: WriteServices,
): Promise<WriteResult> => {
  const object = await request.change(undefined)
  checkUid(target, request, object, target.key(context.namespace, request.name), undefined)
  checkVersion(object)
  return createObject(target, object, context, services, { canonical: request.canonical, onUpdate: request })
}

const attemptUpdate = async (
  target: ResourceStore,
  request: UpdateRequest,
  entry: Entry,
  context: WriteContext,
  services: WriteServices,
): Promise<WriteResult | undefined> => {
  const resource = groupResource(target.definition)
  const shared = request.first?.entry === entry ? request.first.parts : undefined
  const old = shared?.view ?? target.view(entry)
  const changed = await request.change(old)
  const object = request.canonical ? changed : target.canonical(changed)
  if (!request.ownershipGiven) recordOwnership(target, object, old, context, request)
  checkUid(target, request, object, entry.key, old.metadata.uid)
  const admitted = admissionAttributes(target, context, {
    operation: 'UPDATE',
    subresource: request.subresource,
    name: request.name,
    object,
    old,
  })
  await services.admission.admit(admitted)
  if (request.strategy.authorizeWrite) await request.strategy.authorizeWrite(object, old, context)
  const wanted = checkVersion(object)
  if (wanted === '' || wanted === '0') {
    if (!request.strategy.allowUnconditionalUpdate && wanted === '') {
      // Upstream names the resource where its kind belongs.
      throw invalid({ ...groupKind(target.definition), kind: target.definition.plural }, request.name, [
        { type: 'FieldValueInvalid', field: 'metadata.resourceVersion', value: '0', detail: 'must be specified for an update' },
      ])
    }
    object.metadata.resourceVersion = old.metadata.resourceVersion as string
  } else if (wanted !== old.metadata.resourceVersion) throw staleWrite(resource, request.name)
  const reserved = await request.strategy.begin?.(object, old, context)
  return settled(reserved, async () => {
    prepareChanged(target, request, object, old, context, entry.checked)
    await services.admission.validate(admitted)
    return commitUpdate(target, request, entry, object, context, shared)
  })
}

/** The resourceVersion a body has, '' for none; one that is no number is refused. */
const checkVersion = ({ metadata }: KubeObject): string => {
  const wanted = metadata.resourceVersion ?? ''
  if (wanted !== '' && parseResourceVersion(wanted) === undefined)
    throw unreasoned(`strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`)
  return wanted
}

/** A uid in the body is a precondition; `stored` is undefined where nothing stands at the key. */
const checkUid = (
  target: ResourceStore,
  request: UpdateRequest,
  { metadata }: KubeObject,
  key: string,
  stored: string | undefined,
): void => {
  const { uid } = metadata
  if (uid === undefined || uid === stored || request.uidIsPrecondition === false) return
  const detail = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored ?? ''}`
  throw conflict(groupResource(target.definition), request.name, detail)
}

/** Whether an update ends the object: it was being deleted and nothing holds it any more. */
const ends = (target: ResourceStore, object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined &&
  (object.metadata.finalizers?.length ?? 0) === 0 &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  (target.definition.strategy.mayEnd?.(object) ?? true)

const commitUpdate = async (
  target: ResourceStore,
  request: UpdateRequest,
  entry: Entry,
  object: KubeObject,
  context: WriteContext,
  shared: SharedParts | undefined,
): Promise<WriteResult | undefined> => {
  const bytes = target.encode(object, shared)
  const item = target.locate(bytes)
  if (ends(target, object)) {
    if (context.dryRun) return { outcome: 'deleted', revision: entry.revision, item }
    const revision = await target.delete(entry.key, entry.revision, request.name)
    if (revision === undefined) return undefined
    await target.definition.strategy.afterDelete?.(object)
    return { outcome: 'deleted', revision, item }
  }
  if (bytes.equals(entry.item.bytes)) return { outcome: 'unchanged', revision: entry.revision, item: entry.item }
  if (context.dryRun) return { outcome: 'updated', revision: entry.revision, item }
  // A status is checked by itself, beside a spec that stays as it was; other subresources change parts of the spec.
  const checked = request.subresource === '' || (request.subresource === 'status' && entry.checked)
  const written = await target.update(entry.key, entry.revision, bytes, { object, checked })
  return written && { outcome: 'updated', object, ...written }
}
