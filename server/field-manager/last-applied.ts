// Objects that kubectl applied from its side: the annotation it keeps its last configuration in lets the first server-side apply take over
// without conflicts, and follows after that. Upstream: apimachinery/pkg/util/managedfields/internal/lastapplied*.go.
import { goJson } from '../../apimachinery/go-text.ts'
import { isMap, type KubeObject, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { sortedTree } from '../../apimachinery/sorted-tree.ts'
import { type Applied, type ApplyInput, applyConfiguration } from './apply.ts'
import { ApplyConflicts } from './apply-conflicts.ts'
import { compareObjects } from './comparison.ts'
import { configFault } from './config-faults.ts'
import { configSet } from './config-set.ts'
import { difference, type FieldSet, LEAF } from './field-set.ts'
import { kindPlan } from './ownership-plan.ts'
import { InvalidManagedFields } from './path-element.ts'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
/** The manager it works for. */
const KUBECTL = 'kubectl'
/** Of all annotations together, upstream's. */
const MAX_BYTES = 256 * 1024

const parsed = (text: string): ValueMap | undefined => {
  try {
    const value = JSON.parse(text) as Value
    return isMap(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The fields that the last configuration set and that are still as it set them; undefined where there is none that counts. */
const stillApplied = ({ live, schema, apiVersion }: ApplyInput): FieldSet | undefined => {
  const last = parsed(live?.metadata.annotations?.[ANNOTATION] ?? '')
  if (!last || last['apiVersion'] !== apiVersion) return undefined
  if (configFault(schema, last) !== undefined || configFault(schema, live as unknown as Value) !== undefined) return undefined
  const { changed, removed } = compareObjects(schema, last, live as unknown as ValueMap, LEAF)
  let set = configSet(kindPlan(schema).plan, last)
  if (changed) set = difference(set, changed)
  if (removed) set = difference(set, removed)
  return set
}

/** As applyConfiguration, but that kubectl takes over what it applied from its side. */
export const applyAfterClient = (input: ApplyInput): Applied => {
  try {
    return applyConfiguration(input)
  } catch (error) {
    if (input.manager !== KUBECTL || !(error instanceof ApplyConflicts)) throw error
    const allowed = allowedOf(input)
    if (!allowed) throw error
    const left = error.outside(allowed)
    if (left) throw left
    return applyConfiguration({ ...input, force: true })
  }
}

const allowedOf = (input: ApplyInput): FieldSet | undefined => {
  try {
    return stillApplied(input)
  } catch (error) {
    if (error instanceof InvalidManagedFields) return undefined
    throw error
  }
}

const bytesOf = (annotations: Readonly<Record<string, string>>): number =>
  Object.entries(annotations).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0)

/** Writes a configuration that kubectl applied into the annotation of an object that has one. Changes the object's metadata. */
export const followLastApplied = (object: KubeObject, config: ValueMap, manager: string): void => {
  const { annotations } = object.metadata
  if (manager !== KUBECTL || !annotations?.[ANNOTATION]) return
  const { metadata, ...rest } = config
  const kept: ValueMap = { ...rest }
  if (isMap(metadata)) {
    const { annotations: named, ...others } = metadata
    if (isMap(named)) {
      const { [ANNOTATION]: _, ...left } = named
      kept['metadata'] = { ...others, annotations: left }
    } else kept['metadata'] = others
  } else if (metadata !== undefined) kept['metadata'] = metadata
  const followed = { ...annotations, [ANNOTATION]: `${goJson(sortedTree(kept))}\n` }
  if (bytesOf(followed) > MAX_BYTES) {
    const { [ANNOTATION]: _, ...left } = followed
    object.metadata.annotations = left
  } else object.metadata.annotations = followed
}
