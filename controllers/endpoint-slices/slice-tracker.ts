// Which slices were written last for each service, so that an informer that lags behind is noticed, and a change by somebody else told from
// our own; and since when a service's endpoints are what they are. Bounded by the services there are.
// Upstream: k8s.io/endpointslice/util endpointslice_tracker.go, trigger_time_tracker.go.
import { type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { readyCondition } from './endpoints-of-pods.ts'

const GONE = -1

const generationOf = ({ metadata }: KubeObject): number => Number(metadata.generation ?? 0)

interface Known {
  /** By uid; GONE: its deletion is to be seen yet. */
  readonly generations: Map<string, number>
  /** Uids of slices that went while the service was looked at: what was written of them is answered late, and must not be waited for. */
  readonly gone: Set<string>
  /** When each ready pod became what it is, in milliseconds. */
  podTimes: Map<string, number> | undefined
}

export class SliceTracker {
  readonly #services = new Map<string, Known>()

  #known(service: string): Known {
    let known = this.#services.get(service)
    if (!known) this.#services.set(service, (known = { generations: new Map(), gone: new Set(), podTimes: undefined }))
    return known
  }

  /** A look at the service begins, the only one at a time. */
  begin(service: string): void {
    this.#known(service).gone.clear()
  }

  wrote(service: string, slice: KubeObject): void {
    this.#note(service, slice, generationOf(slice))
  }

  removed(service: string, slice: KubeObject): void {
    this.#note(service, slice, GONE)
  }

  /** An informer may have shown a slice's end before the answer to what was written of it came. */
  #note(service: string, { metadata: { uid = '' } }: KubeObject, generation: number): void {
    const { generations, gone } = this.#known(service)
    if (!gone.has(uid)) generations.set(uid, generation)
  }

  /** The service is gone. */
  forget(service: string): void {
    this.#services.delete(service)
  }

  /** Whether slices as an informer shows them are older than what was written. */
  isStale(service: string, shown: readonly KubeObject[]): boolean {
    const generations = this.#services.get(service)?.generations
    if (!generations) return false
    const seen = new Set(shown.map(({ metadata }) => metadata.uid ?? ''))
    const older = (slice: KubeObject): boolean => {
      const written = generations.get(slice.metadata.uid ?? '')
      return written === GONE || (written !== undefined && written > generationOf(slice))
    }
    return shown.some(older) || [...generations].some(([uid, generation]) => generation !== GONE && !seen.has(uid))
  }

  /** Whether somebody else made or changed a slice. */
  isForeign(service: string, slice: KubeObject): boolean {
    const written = this.#services.get(service)?.generations.get(slice.metadata.uid ?? '')
    return written === undefined || generationOf(slice) > written
  }

  /** Whether somebody else may have removed a slice. */
  sawRemoval(service: string, { metadata: { uid = '' } }: KubeObject): boolean {
    const known = this.#services.get(service)
    if (!known) return false
    const written = known.generations.get(uid)
    known.generations.delete(uid)
    known.gone.add(uid)
    return written !== GONE
  }

  /** What brought on the last change: the first of the pods that have become ready or not since, or the service; '' if nothing has. */
  triggerTime(service: string, object: KubeObject, pods: readonly KubeObject[]): string {
    const known = this.#known(service)
    const before = known.podTimes
    const now = new Map<string, number>()
    let [first, text] = [Number.POSITIVE_INFINITY, '']
    for (const pod of pods) {
      const since = textAt(readyCondition(pod), 'lastTransitionTime')
      if (since === '') continue
      const [name, time] = [pod.metadata.name ?? '', Date.parse(since)]
      now.set(name, time)
      if (time > (before?.get(name) ?? Number.NEGATIVE_INFINITY) && time < first) [first, text] = [time, since]
    }
    known.podTimes = now
    return before === undefined ? (object.metadata.creationTimestamp ?? '') : text
  }
}
