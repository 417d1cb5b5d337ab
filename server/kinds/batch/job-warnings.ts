// What is hardly meant in jobs. Upstream: pkg/api/job/warnings.go.
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'

const MANY_COMPLETIONS = 100_000
const MUCH_AT_ONCE = 10_000
const TOO_MUCH =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail'

/** Of the job's spec at a path, where the object is new or its generation rose. */
export const indexWarnings = (object: KubeObject, old: Frozen<KubeObject> | undefined, path: readonly string[]): string[] => {
  if (old && old.metadata.generation === object.metadata.generation) return []
  const spec = at(object, ...path)
  const much = Number(at(spec, 'completions') ?? 0) > MANY_COMPLETIONS && Number(at(spec, 'parallelism') ?? 0) > MUCH_AT_ONCE
  return at(spec, 'completionMode') === 'Indexed' && much ? [`${path.join('.')}: ${TOO_MUCH}`] : []
}
