// What a pod asks for altogether. Upstream: k8s.io/component-helpers/resource/helpers.go.
import { addQuantities, compareQuantities } from '../apimachinery/quantity.ts'
import { type Amounts, addTo, raiseTo, type Sums } from './amounts.ts'

export type Side = 'requests' | 'limits'

interface Asked {
  readonly requests?: Amounts
  readonly limits?: Amounts
}

/** The published type as far as amounts go, as is the next. Upstream: k8s.io/api/core/v1 types.go. */
export interface CountedContainer {
  readonly name?: string
  readonly restartPolicy?: string
  readonly resources?: Asked
}

export interface CountedPodSpec {
  readonly containers?: readonly CountedContainer[]
  readonly initContainers?: readonly CountedContainer[]
  readonly overhead?: Amounts
  readonly resources?: Asked
}

export const HUGE_PAGES = 'hugepages-'

const isSidecar = ({ restartPolicy }: CountedContainer): boolean => restartPolicy === 'Always'

/** What all containers ask for together: the regular ones and sidecars at once, or one of those that run before them if that is more. */
const ofContainers = (spec: CountedPodSpec, side: Side, of: (container: CountedContainer) => Amounts | undefined): Sums => {
  const sum: Sums = {}
  for (const container of spec.containers ?? []) addTo(sum, of(container))
  const sidecars: Sums = {}
  const first: Sums = {}
  for (const container of spec.initContainers ?? []) {
    const own = isSidecar(container) ? of(container) : container.resources?.[side]
    if (isSidecar(container)) {
      addTo(sum, own)
      addTo(sidecars, own)
      raiseTo(first, sidecars)
    } else {
      const during: Sums = {}
      addTo(during, own)
      addTo(during, sidecars)
      raiseTo(first, during)
    }
  }
  raiseTo(sum, first)
  return sum
}

/** What a pod may say of itself as a whole. */
export const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith(HUGE_PAGES)

/** As LimitRanger counts: of the spec alone, without overhead; the pod's own cpu and memory override the containers'. */
export const plainPodResources = (spec: CountedPodSpec, side: Side): Amounts => {
  const sums = ofContainers(spec, side, ({ resources }) => resources?.[side])
  const own = spec.resources?.[side]
  for (const name of ['cpu', 'memory']) if (own?.[name] !== undefined) sums[name] = own[name]
  return sums
}

/** As the scheduler and quotas count: with overhead; limits of what is unlimited get none. */
export const podResources = (spec: CountedPodSpec, side: Side, of = ({ resources }: CountedContainer) => resources?.[side]): Amounts => {
  const sums = ofContainers(spec, side, of)
  const own = spec.resources?.[side]
  for (const name in own) if (isPodLevel(name)) sums[name] = own[name] as string
  for (const name in spec.overhead) {
    const extra = spec.overhead[name] as string
    if (side === 'requests') sums[name] = sums[name] === undefined ? extra : addQuantities(sums[name], extra)
    else if (sums[name] !== undefined && compareQuantities(sums[name], '0') !== 0) sums[name] = addQuantities(sums[name], extra)
  }
  return sums
}
