// The objects every cluster has, in the order in which they are made: those that a server must have before it says it is ready, then the
// rest. All are looked after again every few seconds. Upstream: the post-start hooks of pkg/controlplane and of k8s.io/apiserver.
import { isIPv6 } from 'node:net'
import { after } from '../../apimachinery/machine-clock.ts'
import { apiServices, type GroupVersion } from './api-services.ts'
import { type AuthenticationInfo, authenticationConfig } from './authentication-config.ts'
import type { BootstrapParts, BootstrapSubject } from './bootstrap-parts.ts'
import { flowControlConfiguration, flowSchemaConditions } from './flow-control.ts'
import { identityLease } from './identity-lease.ts'
import { kubernetesService, type ServiceAddresses } from './kubernetes-service.ts'
import { legacyTokenTracking } from './legacy-token-tracking.ts'
import { priorityClasses } from './priority-classes.ts'
import { rbacPolicy } from './rbac-policy.ts'
import { serviceCidr } from './service-cidr.ts'
import { systemNamespaces } from './system-namespaces.ts'

/** What the objects say about this server. */
export interface ServerFacts extends ServiceAddresses {
  serviceCidrs: readonly string[]
  hostname: string
  authentication: AuthenticationInfo
}

const SOON_MS = 10

export class BootstrapObjects {
  readonly #parts: BootstrapParts
  readonly #first: readonly BootstrapSubject[]
  #rest: readonly BootstrapSubject[] | undefined
  #facts: ServerFacts | undefined
  readonly #made = new Set<string>()
  readonly #waiting = new Set<BootstrapSubject>()

  /** `served` are the group versions of this server; `rbac` says whether roles count on it. */
  constructor(parts: BootstrapParts, served: readonly GroupVersion[], rbac: boolean) {
    this.#parts = parts
    const namespaces = systemNamespaces(parts)
    this.#first = [
      namespaces,
      priorityClasses(parts),
      flowControlConfiguration(parts),
      apiServices(parts, served),
      ...(rbac ? [rbacPolicy(parts, namespaces)] : []),
    ]
  }

  /** Whether a subject is done with what readiness waits for: its objects where they come first, else having begun. */
  started(check: string): boolean {
    return this.#first.some((subject) => subject.check === check) ? this.#made.has(check) : this.#facts !== undefined
  }

  /** Makes what readiness waits for. */
  async ensureFirst(): Promise<void> {
    await Promise.all(this.#first.map((subject) => this.#ensure(subject)))
  }

  /** From the next check on, looks after what follows as well, now that it is known where the server listens. */
  begin(facts: ServerFacts): void {
    this.#facts = facts
  }

  #following(facts: ServerFacts): readonly BootstrapSubject[] {
    const { advertiseAddress, securePort } = facts
    const host = isIPv6(advertiseAddress) ? `[${advertiseAddress}]` : advertiseAddress
    const parts = this.#parts
    return [
      kubernetesService(parts, facts),
      serviceCidr(parts, facts.serviceCidrs),
      authenticationConfig(parts, facts.authentication),
      legacyTokenTracking(parts),
      identityLease(parts, facts.hostname, host === '' ? '' : `${host}:${securePort}`),
      flowSchemaConditions(parts),
    ]
  }

  #begun(facts: ServerFacts): readonly BootstrapSubject[] {
    const subjects = this.#following(facts)
    for (const subject of subjects) subject.onChange?.(() => this.#soon(subject))
    return subjects
  }

  /** Looks after one subject a moment later: changes come in bursts, and from within the store. */
  #soon(subject: BootstrapSubject): void {
    if (this.#waiting.has(subject)) return
    this.#waiting.add(subject)
    after(SOON_MS, () => {
      this.#waiting.delete(subject)
      // What fails here is tried again with the others.
      subject.ensure().catch(() => undefined)
    })
  }

  /** Looks after everything again. One subject's failure does not keep the others from it; the first is thrown at the end. */
  async check(): Promise<void> {
    if (this.#facts) this.#rest ??= this.#begun(this.#facts)
    const results = await Promise.allSettled([...this.#first, ...(this.#rest ?? [])].map((subject) => this.#ensure(subject)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #ensure(subject: BootstrapSubject): Promise<void> {
    await subject.ensure()
    this.#made.add(subject.check)
  }
}
