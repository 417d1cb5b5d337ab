// Who owns the replicas, told between an object and its scale, which has entries of its own. An updater's entry names its version, so that
// it comes back from the scale as another one: without a time, and beside what it came from.
// Upstream: k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go.
import { at, parseApiVersion, type Value } from '../../apimachinery/kube-object.ts'
import { difference, isEmptySet, setOfPaths } from './field-set.ts'
import { type Manager, type Managers, readManagers, writeManagers } from './managers.ts'

const SCALE_VERSION = 'autoscaling/v1'
const REPLICAS = setOfPaths([['spec', 'replicas']])

const ownsReplicas = ({ fields }: Manager): boolean => at(fields, 'f:spec', 'f:replicas') !== undefined

/** Entries of other groups' versions are dropped. */
const known = (managers: Managers, group: string): [string, Manager][] =>
  [...managers].filter(([, { apiVersion }]) => parseApiVersion(apiVersion)?.group === group)

const withReplicas = (manager: Manager, apiVersion: string, time: string): Manager => ({
  ...manager,
  apiVersion,
  time,
  fields: REPLICAS,
  written: undefined,
})

/** The managedFields of a scale, of the object's. */
export const managersOfScale = (entries: readonly Value[], group: string): Value[] => {
  const managers = known(readManagers(entries, true), group).filter(([, manager]) => ownsReplicas(manager))
  return writeManagers(managers.map(([, manager]) => withReplicas(manager, SCALE_VERSION, manager.time)))
}

/** The managedFields of an object, of its own and those of its scale after a change to that; `apiVersion` is the object's. */
export const managersFromScale = (entries: readonly Value[], ofScale: readonly Value[], group: string, apiVersion: string): Value[] => {
  const parents = readManagers(entries, true)
  const left = readManagers(ofScale, true)
  const result: Manager[] = []
  for (const [identity, manager] of known(parents, group)) {
    if (!ownsReplicas(manager) || left.delete(identity)) {
      result.push(manager)
      continue
    }
    const fields = difference(manager.fields, REPLICAS)
    if (!isEmptySet(fields)) result.push({ ...manager, fields, written: undefined })
  }
  for (const [identity, manager] of left)
    if (ownsReplicas(manager)) result.push(withReplicas(manager, apiVersion, parents.get(identity)?.time ?? ''))
  return writeManagers(result)
}
