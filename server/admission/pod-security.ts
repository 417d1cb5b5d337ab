// PodSecurity: pods do no more than their namespace's labels allow; workloads that would make such pods, and labels that pods violate
// already, are warned of. What upstream writes into audit events is not evaluated: there are none yet.
// Upstream: plugin/pkg/admission/security/podsecurity, k8s.io/pod-security-admission/admission.

import { at, type Frozen, type KubeObject, qualified } from '../../apimachinery/kube-object.ts'
import { after, machineNow } from '../../apimachinery/machine-clock.ts'
import { forbidden, invalid } from '../../apimachinery/status-error.ts'
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { type AdmittedContainer, type AdmittedPodSpec, oldPodOf, podOf } from './admitted-pod.ts'
import type { CheckedPod } from './pod-security-checks.ts'
import {
  compareLevels,
  type LevelVersion,
  PodSecurityEvaluator,
  policyOf,
  type SecurityPolicy,
  sameLevel,
  shownDetails,
  shownLevel,
  shownReasons,
} from './pod-security-policy.ts'

/** Where each kind keeps the pod it makes. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  pods: [],
  podtemplates: ['template'],
  replicationcontrollers: ['spec', 'template'],
  'replicasets.apps': ['spec', 'template'],
  'deployments.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'],
  'daemonsets.apps': ['spec', 'template'],
  'jobs.batch': ['spec', 'template'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
}

const IGNORED_SUBRESOURCES = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])
const MOST_PODS = 3000
const MOST_MS = 1000
/** So many pods are checked before others have a turn. */
const PODS_A_TURN = 100

const checkedAt = (object: Frozen<KubeObject> | undefined, path: readonly string[]): CheckedPod | undefined => {
  const found = at(object, ...path)
  const spec = at(found, 'spec') as AdmittedPodSpec | undefined
  return spec && { annotations: (at(found, 'metadata', 'annotations') ?? {}) as Record<string, string>, spec }
}

const imagesOf = (containers: readonly Frozen<AdmittedContainer>[] | undefined): string =>
  (containers ?? []).map(({ image = '' }) => JSON.stringify(image)).join()

/** Only images change in pods, and what is added to look into them. */
const changesMuch = (attributes: AdmissionAttributes): boolean => {
  const [now, before] = [podOf(attributes).spec, oldPodOf(attributes).spec]
  if ((['containers', 'initContainers'] as const).some((list) => imagesOf(now[list]) !== imagesOf(before[list]))) return true
  return (now.ephemeralContainers ?? []).some(
    ({ name, image }) => !before.ephemeralContainers?.some((other) => other.name === name && (other.image ?? '') === (image ?? '')),
  )
}

/** Of a namespace's pods that violate its new level: the same faults are told once. */
class NamespaceFindings {
  readonly #found = new Map<string, { first: string; count: number }>()

  add(pod: string, reasons: string): void {
    const known = this.#found.get(reasons)
    this.#found.set(reasons, { first: known && known.first < pod ? known.first : pod, count: (known?.count ?? 0) + 1 })
  }

  lines(): string[] {
    const others = (count: number): string => (count === 1 ? '' : count === 2 ? ' (and 1 other pod)' : ` (and ${count - 1} other pods)`)
    return [...this.#found].map(([reasons, { first, count }]) => `${first}${others(count)}: ${reasons}`).sort()
  }
}

class PodSecurity {
  readonly #evaluator = new PodSecurityEvaluator()
  readonly #podsIn: AdmissionParts['podsIn']
  readonly #policies: (namespace: string) => SecurityPolicy

  constructor({ podsIn, prepared }: AdmissionParts) {
    this.#podsIn = podsIn
    const policies = prepared('', 'namespaces', ({ metadata }) => policyOf(metadata.labels))
    const none = policyOf()
    this.#policies = (namespace) => policies.get('', namespace) ?? none
  }

  /** Pods are refused or warned of, what makes pods is warned of. */
  checkObject(attributes: AdmissionAttributes): void {
    const { namespace, operation, resource, subresource } = attributes
    const isPod = resource.resource === 'pods'
    if (isPod ? IGNORED_SUBRESOURCES.has(subresource) : subresource !== '') return
    const { enforce, warn, errors } = this.#policies(namespace)
    if (errors.length === 0 && warn.level === 'privileged' && (!isPod || enforce.level === 'privileged')) return
    if (isPod && operation === 'UPDATE' && !changesMuch(attributes)) return
    const pod = checkedAt(attributes.object as Frozen<KubeObject> | undefined, TEMPLATES[qualified(resource)] ?? [])
    if (!pod) return
    if (isPod) this.#enforce(attributes, enforce, pod)
    const violations = this.#evaluator.violations(warn, pod)
    if (violations.length > 0) attributes.warn(`would violate PodSecurity ${JSON.stringify(shownLevel(warn))}: ${shownDetails(violations)}`)
  }

  #enforce({ resource, name }: AdmissionAttributes, enforce: LevelVersion, pod: CheckedPod): void {
    const violations = this.#evaluator.violations(enforce, pod)
    if (violations.length === 0) return
    const why = `violates PodSecurity ${JSON.stringify(shownLevel(enforce))}: ${shownDetails(violations)}`
    throw forbidden({ group: resource.group, resource: resource.resource }, name, why)
  }

  /** Labels must be readable, and pods that violate a stricter level are told. */
  checkNamespace(attributes: AdmissionAttributes): Promise<void> | void {
    const { operation, object, old, name, subresource } = attributes
    if (subresource !== '') return undefined
    const policy = policyOf(object?.metadata.labels)
    const before = old && policyOf(old.metadata.labels)
    const isKnown = before !== undefined && JSON.stringify(before.errors) === JSON.stringify(policy.errors)
    if (policy.errors.length > 0 && !isKnown) throw invalid({ group: '', kind: 'Namespace' }, name, policy.errors)
    const { enforce } = policy
    if (operation !== 'UPDATE' || !before || enforce.level === 'privileged' || sameLevel(enforce, before.enforce)) return undefined
    if (enforce.minor === before.enforce.minor && compareLevels(enforce.level, before.enforce.level) <= 0) return undefined
    return this.#tellOfPods(attributes, enforce)
  }

  async #tellOfPods({ name, warn }: AdmissionAttributes, enforce: LevelVersion): Promise<void> {
    const all = this.#podsIn(name)
    const findings = new NamespaceFindings()
    const began = machineNow()
    let checked = 0
    for (const read of all.slice(0, MOST_PODS)) {
      const pod = read()
      const found = checkedAt(pod, [])
      const violations = found ? this.#evaluator.violations(enforce, found) : []
      if (violations.length > 0) findings.add(pod.metadata.name ?? '', shownReasons(violations))
      checked++
      if (checked % PODS_A_TURN === 0) await new Promise<void>((resolve) => void after(0, resolve, true))
      if (machineNow() - began > MOST_MS) break
    }
    if (checked < all.length) warn(`new PodSecurity enforce level only checked against the first ${checked} of ${all.length} existing pods`)
    const lines = findings.lines()
    if (lines.length > 0)
      warn(
        `existing pods in namespace ${JSON.stringify(name)} violate the new PodSecurity enforce level ${JSON.stringify(shownLevel(enforce))}`,
      )
    for (const line of lines) warn(line)
  }
}

export const podSecurity = (parts: AdmissionParts): AdmissionPlugin => {
  const security = new PodSecurity(parts)
  return {
    name: 'PodSecurity',
    operations: ['CREATE', 'UPDATE'],
    resources: ['namespaces', ...Object.keys(TEMPLATES)],
    validate: (attributes) =>
      attributes.resource.resource === 'namespaces' ? security.checkNamespace(attributes) : security.checkObject(attributes),
  }
}
