// Server-side apply on objects of every kind: declared errors only; nothing given is changed; what was applied by force stands, and applied
// again changes nothing.
import { cloneTree, isMap, type KubeObject, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { canonical } from '../../codec/canonical.ts'
import { TypeMismatch } from '../../codec/leaves.ts'
import { type Applied, type ApplyInput, applyConfiguration } from '../../field-manager/apply.ts'
import { ApplyConflicts } from '../../field-manager/apply-conflicts.ts'
import { configFault } from '../../field-manager/config-faults.ts'
import { updateManagedFields } from '../../field-manager/field-manager.ts'
import { InvalidManagedFields } from '../../field-manager/path-element.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { mutatedTree } from './mutations.ts'
import { allKinds, type KindType, randomObject } from './random-objects.ts'

const ERRORS = [InvalidManagedFields, ApplyConflicts]
const TIME = '2026-01-02T03:04:05Z'
/** Items of which nothing is named, and keys that are null: upstream's too come and go, or are added each time. */
const UNSETTLED = /[[,]\{\}|null/
const MANAGERS = ['one', 'two', 'three']

const identified = (object: ValueMap, { group, version, kind }: KindType): ValueMap => {
  const metadata = isMap(object['metadata'] as Value) ? (object['metadata'] as ValueMap) : {}
  const { managedFields: _, ...rest } = metadata
  return { ...object, apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata: { ...rest, name: 'x' } }
}

const common = (kind: KindType): Omit<ApplyInput, 'live' | 'config' | 'manager' | 'force'> => ({
  schema: kind.type,
  apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
  kind: kind.kind,
  subresource: '',
  time: TIME,
  resetFields: [],
  convert: () => undefined,
})

/** Parts of what stands there, or of another object, changed here and there. */
const configOf = (kind: KindType, live: ValueMap, random: FuzzRandom): ValueMap => {
  const base = random.chance(3) ? randomObject(kind, random) : cloneTree<ValueMap>(live)
  for (const member of Object.keys(base)) if (random.chance(3)) delete base[member]
  const changed = random.chance(3) ? base : mutatedTree(base, random)
  return identified(isMap(changed) ? changed : {}, kind)
}

/** The object that an apply leaves, and undefined for one that no object of the kind comes of. */
const objectAfter = (kind: KindType, live: ValueMap, { object, managedFields }: Applied): ValueMap | undefined => {
  const made = object ? declared([TypeMismatch], () => canonical(kind.type, cloneTree<ValueMap>(object), { unknown: 0 }) as ValueMap) : live
  if (!made) return undefined
  const after = identified(made, kind)
  return { ...after, metadata: { ...(after['metadata'] as ValueMap), managedFields } }
}

export const applySubject: FuzzSubject = {
  name: 'applies',
  run: ({ random, show }) => {
    const kind = random.pick(allKinds)
    let live = identified(canonical(kind.type, randomObject(kind, random), { unknown: 0 }) as ValueMap, kind)
    const { convert: _, kind: __, ...ownership } = common(kind)
    const tracked = updateManagedFields({ ...ownership, live: undefined, object: live as unknown as KubeObject, manager: 'maker' })
    if (random.chance(2)) live = { ...live, metadata: { ...(live['metadata'] as ValueMap), managedFields: tracked } }
    for (let count = 0; count < 3; count++) {
      const config = configOf(kind, live, random)
      const input = { manager: random.pick(MANAGERS), force: random.chance(2) }
      show({ kind: kind.type.name, live, config, ...input })
      if (configFault(kind.type, config) !== undefined || configFault(kind.type, live, true) !== undefined) continue
      const apply = (to: ValueMap, force: boolean): Applied | undefined =>
        declared(ERRORS, () => applyConfiguration({ ...common(kind), ...input, force, live: to as unknown as KubeObject, config }))
      const stood = (to: ValueMap): ValueMap | undefined => {
        const applied = apply(to, true)
        return applied && objectAfter(kind, to, applied)
      }
      const before = cloneTree<Value>({ live, config })
      const applied = apply(live, input.force)
      mustEqual({ live, config }, before, 'an apply changed what it was given')
      if (!applied) continue
      mustBePlain(applied.object ?? null)
      const after = objectAfter(kind, live, applied)
      if (!after || configFault(kind.type, after, true) !== undefined) continue
      live = after
      if (UNSETTLED.test(JSON.stringify(config, (_, member: Value) => (typeof member === 'bigint' ? 0 : member)))) continue
      // Once others have let go.
      const settled = stood(after)
      if (settled) mustEqual(stood(settled), settled, 'applied again it gives another object')
    }
  },
}
