// Server-side apply as a change of the write path: what was sent checked against its kind, laid over what stands there, made an object.
// Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal structuredmerge.go, versioncheck.go, fieldmanager.go.
import { formatTime } from '../../apimachinery/clock.ts'
import {
  apiVersionOf,
  at,
  cloneTree,
  type Frozen,
  isMap,
  type KubeObject,
  parseApiVersion,
  textAt,
  type Value,
  type ValueMap,
} from '../../apimachinery/kube-object.ts'
import { badRequest, StatusError, unreasoned } from '../../apimachinery/status-error.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import type { ApplyInput } from '../field-manager/apply.ts'
import { ApplyConflicts } from '../field-manager/apply-conflicts.ts'
import { configFault } from '../field-manager/config-faults.ts'
import { applyAfterClient, followLastApplied } from '../field-manager/last-applied.ts'
import { InvalidManagedFields } from '../field-manager/path-element.ts'
import type { WriteContext } from './resource-definition.ts'

/** What a configuration is applied to. */
export interface ApplyTarget {
  group: string
  version: string
  kind: string
  schema: TypeSchema
  subresource: string
  resetFields: readonly (readonly string[])[]
  /** Of a tree as an object of another version; undefined for versions there are none of. */
  convert: ApplyInput['convert']
  /** What is wrong with an object that is one by its schema. */
  conversionFault?(object: Frozen<KubeObject>): string | undefined
  /** The object of a tree, canonical. Throws Unconvertible. */
  objectOf(tree: ValueMap): KubeObject
}

/** A tree that is no object of its type. The message is upstream's converter's. */
export class Unconvertible extends Error {}

/** Group, version and kind as Go prints them, of what may be none. */
const shownKind = (config: ValueMap): string => {
  const apiVersion = textAt(config, 'apiVersion')
  const parsed = parseApiVersion(apiVersion)
  if (!parsed) return apiVersion === '' ? `/, Kind=${textAt(config, 'kind')}` : '/, Kind='
  return `${parsed.group}/${parsed.version}, Kind=${textAt(config, 'kind')}`
}

const whose = (tree: ValueMap): string => `${textAt(tree, 'metadata', 'namespace')}/${textAt(tree, 'metadata', 'name')}; ${shownKind(tree)}`

const checkKind = (config: ValueMap, { group, version, kind }: ApplyTarget): void => {
  const shown = shownKind(config)
  if (shown !== `${group}/${version}, Kind=${kind}`) throw badRequest(`invalid object type: ${shown}`)
}

/** An object with items that cannot be told apart cannot be applied to; `what` was attempted. */
const checkLive = (live: ValueMap, { schema }: ApplyTarget, what: (whose: string) => string): void => {
  const fault = configFault(schema, live, true)
  if (fault !== undefined) throw unreasoned(`${what(whose(live))}: ${fault}`)
}

const checkConfig = (config: ValueMap, { schema }: ApplyTarget): void => {
  const managers = at(config, 'metadata', 'managedFields') as Value | undefined
  if (Array.isArray(managers) && managers.every(isMap)) throw badRequest('metadata.managedFields must be nil')
  const fault = configFault(schema, config)
  if (fault !== undefined) throw unreasoned(`failed to create typed patch object (${whose(config)}): ${fault}`)
}

const asStatus = (error: unknown, config: ValueMap): unknown => {
  if (error instanceof ApplyConflicts) return new StatusError(409, 'Conflict', error.message, { causes: error.causes })
  if (error instanceof InvalidManagedFields) return unreasoned(`failed to compare objects: ${error.message}`)
  if (error instanceof Unconvertible)
    return unreasoned(`failed to convert new object (${whose(config)}) to proper version: ${error.message}`)
  return error
}

/** The object after a configuration is applied, in the request's version, its managedFields written. `live` is not changed. */
export const appliedObject = (
  live: Frozen<KubeObject> | undefined,
  config: ValueMap,
  target: ApplyTarget,
  { clock, manager }: WriteContext,
  force: boolean,
): KubeObject => {
  checkKind(config, target)
  const standing = live as unknown as ValueMap | undefined
  const isTracked = (live?.metadata.managedFields?.length ?? 0) > 0
  if (standing && !isTracked)
    checkLive(standing, target, (of) => `failed to create manager for existing fields: failed to convert new object (${of}) to smd typed`)
  checkConfig(config, target)
  if (standing && isTracked) checkLive(standing, target, (of) => `failed to create typed live object (${of})`)
  const { group, version, kind, schema, subresource, resetFields, convert } = target
  const common = { kind, schema, subresource, resetFields, convert, apiVersion: apiVersionOf(group, version) }
  try {
    const applied = applyAfterClient({ ...common, live, config, manager, force, time: formatTime(clock.now()) })
    const object = applied.object || !live ? target.objectOf(applied.object ?? config) : cloneTree<KubeObject>(live)
    const fault = target.conversionFault?.(object)
    if (fault !== undefined) throw unreasoned(`failed to convert to unversioned (${whose(config)}): ${fault}`)
    followLastApplied(object, config, manager)
    if (applied.managedFields.length > 0) object.metadata.managedFields = applied.managedFields
    else delete object.metadata.managedFields
    return object
  } catch (error) {
    throw asStatus(error, config)
  }
}
