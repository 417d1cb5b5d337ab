import { test } from 'tap'
import { SteppedClock } from '../apimachinery/clock.ts'
import { at } from '../apimachinery/kube-object.ts'
import { SteppedTimers } from '../apimachinery/machine-clock.ts'
import { clientOf } from '../server/testing/test-client.ts'
import { TestServer } from '../server/testing/test-server.ts'
import type { ApiClient } from './api-client.ts'
import { ConnectionError } from './connection.ts'
import { EventBroadcaster } from './event-recorder.ts'
import { LeaderElector } from './leader-election.ts'
import type { ApiResource } from './resource.ts'

const leases: ApiResource = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', kind: 'Lease', namespaced: true }
const events: ApiResource = { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }
const place = { namespace: 'kube-system', name: 'helm' }

const start = async () => {
  const server = await TestServer.start()
  const client = clientOf(server)
  const timers = new SteppedTimers()
  const clock = new SteppedClock(Date.parse('2026-01-02T03:04:05Z'))
  /** Moves time on until something holds; the server's answers take turns of their own. */
  const until = async (holds: () => boolean, stepMs = 100): Promise<void> => {
    for (let turn = 0; turn < 3000 && !holds(); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      timers.step(stepMs)
      clock.step(stepMs)
    }
  }
  return { server, client, timers, clock, until }
}

test('one leads; the other takes over once the lease has not been renewed for its duration', async (t) => {
  const { server, client, timers, clock, until } = await start()
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  let cut = false
  const flaky: Pick<ApiClient, 'get' | 'create' | 'update'> = {
    get: (...args) => (cut ? Promise.reject(new ConnectionError('cut')) : client.get(...args)),
    create: (...args) => client.create(...args),
    update: (...args) => (cut ? Promise.reject(new ConnectionError('cut')) : client.update(...args)),
  }
  const broadcaster = new EventBroadcaster(client, (message) => t.fail(message), clock)
  const recorder = broadcaster.recorder('rudder')
  const told: string[] = []
  const parts = { timers, clock, recorder, ...place }
  const first = new LeaderElector({ ...parts, client: flaky, identity: 'first' })
  const second = new LeaderElector({ ...parts, client, identity: 'second', newLeader: (who) => told.push(who) })
  const stop = new AbortController()
  const lead = (who: string) => async (signal: AbortSignal) => {
    told.push(`${who} leads`)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    told.push(`${who} led`)
  }
  const one = first.run(lead('first'), stop.signal)
  await until(() => told.includes('first leads'))
  const two = second.run(lead('second'), stop.signal).catch(() => undefined)
  await until(() => told.includes('first'))
  const lease = await client.get(leases, place)
  t.match(lease['spec'], { holderIdentity: 'first', leaseDurationSeconds: 15, leaseTransitions: 0 })
  cut = true
  const began = timers.now()
  await until(() => told.includes('second leads'))
  t.ok(timers.now() - began >= 13_000, 'not before the lease has run out')
  await one
  t.same(told, ['first leads', 'first', 'first led', 'second', 'second leads'])
  t.equal(at(await client.get(leases, place), 'spec', 'leaseTransitions'), 1)
  stop.abort()
  await two
  await broadcaster.written()
  const { items } = await client.list(events, { namespace: 'kube-system' })
  t.same(items.map((event) => [event['reason'], event['message'], at(event, 'involvedObject', 'kind')]).sort(), [
    ['LeaderElection', 'first became leader', 'Lease'],
    ['LeaderElection', 'first stopped leading', 'Lease'],
    ['LeaderElection', 'second became leader', 'Lease'],
    ['LeaderElection', 'second stopped leading', 'Lease'],
  ])
})

test('who leads and gives up leaves a lease that anyone may take at once', async (t) => {
  const { server, client, timers, clock, until } = await start()
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  let leading = false
  const elector = new LeaderElector({ ...place, client, identity: 'first', timers, clock })
  const stop = new AbortController()
  const run = elector.run(async () => void (leading = true), stop.signal).catch(() => undefined)
  await until(() => leading)
  stop.abort()
  await run
  await elector.release()
  t.equal(at(await client.get(leases, place), 'spec', 'holderIdentity'), undefined)
  t.notOk(elector.isLeader)
})
