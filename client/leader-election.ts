// One of several processes leads: whoever holds a Lease and renews it in time. Others watch its record and take over once it has not
// changed for its duration, by their own clocks. Upstream: k8s.io/client-go/tools/leaderelection.
import { type Clock, systemClock } from '../apimachinery/clock.ts'
import { at, type KubeObject, textAt } from '../apimachinery/kube-object.ts'
import { machineTimers, type Timers } from '../apimachinery/machine-clock.ts'
import { type Random, systemRandom } from '../apimachinery/random.ts'
import { StatusError } from '../apimachinery/status-error.ts'
import type { ApiClient } from './api-client.ts'
import { jittered } from './backoff.ts'
import { delay } from './connection.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { ApiResource } from './resource.ts'

export interface LeaderElectionOptions {
  client: Pick<ApiClient, 'get' | 'create' | 'update'>
  namespace: string
  name: string
  identity: string
  recorder?: EventRecorder
  leaseDurationMs?: number
  renewDeadlineMs?: number
  retryPeriodMs?: number
  clock?: Clock
  timers?: Timers
  random?: Random
  /** Told of each leader seen, ourselves included. */
  newLeader?(identity: string): void
  failed?(message: string, error: unknown): void
}

interface LeaseRecord {
  holderIdentity?: string
  leaseDurationSeconds: number
  acquireTime: string
  renewTime: string
  leaseTransitions: number
}

const LEASES: ApiResource = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', kind: 'Lease', namespaced: true }
const JITTER = 1.2

export class LeaderElector {
  readonly #options: LeaderElectionOptions
  readonly #timers: Timers
  readonly #clock: Clock
  readonly #random: Random
  readonly #leaseDurationMs: number
  readonly #renewDeadlineMs: number
  readonly #retryPeriodMs: number
  /** The lease as last seen, and when a change of it was seen last. */
  #lease: KubeObject | undefined
  #record: LeaseRecord | undefined
  #observedAt = 0
  #reported = ''

  constructor(options: LeaderElectionOptions) {
    this.#options = options
    this.#timers = options.timers ?? machineTimers
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? systemRandom
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000
    this.#retryPeriodMs = options.retryPeriodMs ?? 2_000
  }

  get isLeader(): boolean {
    return this.#record?.holderIdentity === this.#options.identity
  }

  /** Waits to lead, runs `lead` with a signal that ends with the leadership, and resolves when that is over. */
  async run(lead: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!(await this.#tryOnce(signal))) await delay(this.#timers, jittered(this.#retryPeriodMs, JITTER, this.#random), signal)
    this.#tell('became leader')
    const leading = new AbortController()
    const work = lead(AbortSignal.any([signal, leading.signal]))
    try {
      await this.#renew(signal)
    } finally {
      this.#tell('stopped leading')
      leading.abort(new Error('leaderelection lost'))
    }
    await work
  }

  /** Gives the lease up, so that the next leader need not wait. */
  async release(): Promise<void> {
    if (!this.isLeader || !this.#record) return
    const now = microTime(this.#clock.now())
    const { leaseTransitions } = this.#record
    await this.#update({ leaseDurationSeconds: 1, acquireTime: now, renewTime: now, leaseTransitions })
  }

  /** Renews until the deadline passes without success. */
  async #renew(signal: AbortSignal): Promise<void> {
    for (let renewed = this.#timers.now(); this.#timers.now() - renewed < this.#renewDeadlineMs; ) {
      await delay(this.#timers, this.#retryPeriodMs, signal)
      const left = this.#renewDeadlineMs - (this.#timers.now() - renewed)
      if (await this.#tryOnce(signal, left)) renewed = this.#timers.now()
      else if (!this.isLeader) return
    }
  }

  async #tryOnce(signal: AbortSignal, limitMs = this.#renewDeadlineMs): Promise<boolean> {
    const limit = new AbortController()
    const timer = this.#timers.after(Math.max(0, limitMs), () => limit.abort(new Error('the lease was not renewed in time')))
    const stop = (): void => limit.abort(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await this.#acquireOrRenew(limit.signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#options.failed?.('the lease could not be taken or renewed', error)
      return false
    } finally {
      timer.cancel()
      signal.removeEventListener('abort', stop)
      this.#reportLeader()
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options
    const now = microTime(this.#clock.now())
    const leaseDurationSeconds = this.#leaseDurationMs / 1000
    const wanted = { holderIdentity: identity, leaseDurationSeconds, acquireTime: now, renewTime: now, leaseTransitions: 0 }
    if (this.isLeader && this.#isValid() && this.#record && this.#lease) {
      const { acquireTime, leaseTransitions } = this.#record
      try {
        await this.#update({ ...wanted, acquireTime, leaseTransitions }, signal)
        return true
      } catch (error) {
        // Somebody wrote it meanwhile: below it is read again.
        if (!(error instanceof StatusError)) throw error
      }
    }
    try {
      this.#observe(await client.get(LEASES, { namespace, name }, { signal }))
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 404) throw error
      const lease = { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata: { name, namespace }, spec: wanted }
      this.#observe(await client.create(LEASES, lease, { signal }))
      return true
    }
    const record = this.#record as LeaseRecord
    if (record.holderIdentity && this.#isValid() && !this.isLeader) return false
    const next = this.isLeader
      ? { ...wanted, acquireTime: record.acquireTime, leaseTransitions: record.leaseTransitions }
      : { ...wanted, leaseTransitions: record.leaseTransitions + 1 }
    await this.#update(next, signal)
    return true
  }

  async #update(record: LeaseRecord, signal?: AbortSignal): Promise<void> {
    const lease = this.#lease as KubeObject
    const spec = { ...(lease['spec'] as object), ...record }
    if (record.holderIdentity === undefined) delete (spec as Partial<LeaseRecord>).holderIdentity
    this.#observe(await this.#options.client.update(LEASES, { ...lease, spec }, { signal }))
  }

  #observe(lease: KubeObject): void {
    if (lease.metadata.resourceVersion !== this.#lease?.metadata.resourceVersion) this.#observedAt = this.#timers.now()
    this.#lease = lease
    this.#record = {
      holderIdentity: textAt(lease, 'spec', 'holderIdentity'),
      leaseDurationSeconds: Number(at(lease, 'spec', 'leaseDurationSeconds') ?? 0),
      acquireTime: textAt(lease, 'spec', 'acquireTime'),
      renewTime: textAt(lease, 'spec', 'renewTime'),
      leaseTransitions: Number(at(lease, 'spec', 'leaseTransitions') ?? 0),
    }
  }

  #isValid(): boolean {
    return this.#timers.now() < this.#observedAt + (this.#record?.leaseDurationSeconds ?? 0) * 1000
  }

  #reportLeader(): void {
    const leader = this.#record?.holderIdentity ?? ''
    if (leader === this.#reported) return
    this.#reported = leader
    this.#options.newLeader?.(leader)
  }

  #tell(what: string): void {
    const { recorder, namespace, name, identity } = this.#options
    recorder?.event(
      { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', namespace, name },
      'Normal',
      'LeaderElection',
      `${identity} ${what}`,
    )
  }
}

const microTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000Z')
