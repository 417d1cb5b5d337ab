// Arithmetic on lists of resources, and what a pod takes altogether.
// Upstream: k8s.io/apiserver/pkg/quota/v1 resources.go, k8s.io/component-helpers/resource helpers.go.
import { addQuantities, compareQuantities, subtractQuantities } from '../../apimachinery/quantity.ts'
import type { AdmittedContainer, AdmittedPodSpec, Amounts } from './admitted-pod.ts'

export type Side = 'requests' | 'limits'
type Sums = Record<string, string>

/** Adds to a list of sums. */
export const addTo = (sums: Sums, amounts: Amounts | undefined): void => {
  for (const name in amounts)
    sums[name] = sums[name] === undefined ? (amounts[name] as string) : addQuantities(sums[name], amounts[name] as string)
}

/** Raises amounts to those of another list. */
export const raiseTo = (most: Sums, amounts: Amounts): void => {
  for (const name in amounts)
    if (most[name] === undefined || compareQuantities(amounts[name] as string, most[name]) > 0) most[name] = amounts[name] as string
}

export const sumOf = (first: Amounts, second: Amounts): Sums => {
  const sums = { ...first }
  addTo(sums, second)
  return sums
}

/** What is more in the first than in the second; nothing is below zero. */
export const excessOf = (first: Amounts, second: Amounts): Sums => {
  const found: Sums = {}
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const rest = first[name] === undefined ? '0' : subtractQuantities(first[name], second[name] ?? '0')
    found[name] = compareQuantities(rest, '0') > 0 ? rest : '0'
  }
  return found
}

export const only = (amounts: Amounts, names: Iterable<string>): Sums => {
  const wanted = new Set(names)
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => wanted.has(name)))
}

export const sameAmounts = (first: Amounts, second: Amounts): boolean => {
  const names = Object.keys(first)
  return (
    names.length === Object.keys(second).length &&
    names.every((name) => second[name] !== undefined && compareQuantities(first[name] as string, second[name]) === 0)
  )
}

const isSidecar = ({ restartPolicy }: AdmittedContainer): boolean => restartPolicy === 'Always'

/** What all containers ask for together: the regular ones and sidecars at once, or one of those that run before them if that is more. */
const ofContainers = (spec: AdmittedPodSpec, side: Side, of: (container: AdmittedContainer) => Amounts | undefined): Sums => {
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

const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/** As LimitRanger counts: of the spec alone, without overhead; the pod's own cpu and memory override the containers'. */
export const plainPodResources = (spec: AdmittedPodSpec, side: Side): Amounts => {
  const sums = ofContainers(spec, side, ({ resources }) => resources?.[side])
  const own = spec.resources?.[side]
  for (const name of ['cpu', 'memory']) if (own?.[name] !== undefined) sums[name] = own[name]
  return sums
}

/** As the scheduler and quotas count: with overhead; limits of what is unlimited get none. */
export const podResources = (spec: AdmittedPodSpec, side: Side, of = ({ resources }: AdmittedContainer) => resources?.[side]): Amounts => {
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
