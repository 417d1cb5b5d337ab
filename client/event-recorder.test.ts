import { test } from 'tap'
import { SteppedClock } from '../apimachinery/clock.ts'
import { clientOf } from '../server/testing/test-client.ts'
import { TestServer } from '../server/testing/test-server.ts'
import { EventBroadcaster } from './event-recorder.ts'
import type { ApiResource } from './resource.ts'

const events: ApiResource = { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }

const setup = async () => {
  const server = await TestServer.start()
  const client = clientOf(server)
  const clock = new SteppedClock(Date.parse('2026-01-02T03:04:05Z'))
  const failures: unknown[] = []
  const broadcaster = new EventBroadcaster(client, (_, error) => failures.push(error), clock)
  const listed = async () => {
    await broadcaster.written()
    const { items } = await client.list(events, { namespace: 'default' })
    return items.map((event) => `${event['count']} ${event['message']}`).sort()
  }
  const stop = async (): Promise<void> => {
    client.close()
    await server.stop()
  }
  return { client, clock, failures, recorder: broadcaster.recorder('boatswain'), listed, stop }
}

const about = (name: string) => ({ kind: 'Pod', apiVersion: 'v1', namespace: 'default', name, uid: `u-${name}` })

test('an event has upstream’s shape, and the same one again raises its count', async (t) => {
  const { client, clock, recorder, listed, stop } = await setup()
  t.teardown(stop)
  recorder.event(about('sail'), 'Warning', 'Torn', 'the sail is torn')
  clock.step(5000)
  recorder.event(about('sail'), 'Warning', 'Torn', 'the sail is torn')
  recorder.event(about('mast'), 'Normal', 'Up', 'the mast stands')
  t.same(await listed(), ['1 the mast stands', '2 the sail is torn'])
  const { items } = await client.list(events, { namespace: 'default', fieldSelector: 'involvedObject.name=sail' })
  t.match(items[0], {
    metadata: { name: /^sail\.[0-9a-f]{16}$/ },
    involvedObject: { kind: 'Pod', uid: 'u-sail' },
    source: { component: 'boatswain' },
    reportingComponent: 'boatswain',
    reportingInstance: '',
    firstTimestamp: '2026-01-02T03:04:05Z',
    lastTimestamp: '2026-01-02T03:04:10Z',
  })
})

test('many alike become one, and too many are not told at all', async (t) => {
  const { recorder, listed, failures, clock, stop } = await setup()
  t.teardown(stop)
  for (let wave = 1; wave <= 12; wave++) recorder.event(about('hull'), 'Normal', 'Hit', `wave ${wave}`)
  const waves = await listed()
  t.equal(waves.length, 10)
  t.ok(waves.includes('3 (combined from similar events): wave 12'))
  for (let drop = 0; drop < 30; drop++) recorder.event(about('deck'), 'Normal', 'Wet', 'rain')
  t.ok((await listed()).includes('25 rain'))
  clock.step(300_000)
  recorder.event(about('deck'), 'Normal', 'Wet', 'rain')
  t.ok((await listed()).includes('26 rain'))
  t.same(failures, [])
})
