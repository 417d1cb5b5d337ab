import { type Test, test } from 'tap'
import { SteppedClock } from '../../apimachinery/clock.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { after, SteppedTimers } from '../../apimachinery/machine-clock.ts'
import { systemRandom } from '../../apimachinery/random.ts'
import type { ApiClient } from '../../client/api-client.ts'
import { InformerFactory } from '../../client/informer-factory.ts'
import { clientOf } from '../../server/testing/test-client.ts'
import { TestServer } from '../../server/testing/test-server.ts'
import { nodes, pods, services, endpointSlices as slices } from '../resources.ts'
import { runController } from '../run-controller.ts'
import { endpointSliceController } from './endpoint-slice-controller.ts'

const namespace = 'default'
const STEP_MS = 500
const MAX_TURNS = 5000

const turn = (): Promise<void> => new Promise((resolve) => void after(1, resolve, true))

/** The controller on a server that has a service `web` with its first slice. */
class Fixture {
  readonly client: ApiClient
  readonly #timers = new SteppedTimers()
  readonly #stop = new AbortController()
  readonly #informers: InformerFactory
  /** Runs between an update that the server has carried out and its answer. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve()

  private constructor(server: TestServer, t: Test) {
    const client = clientOf(server)
    this.client = client
    this.#informers = new InformerFactory({ client, signal: this.#stop.signal, timers: this.#timers })
    const late: Pick<ApiClient, 'create' | 'update' | 'delete'> = {
      create: client.create.bind(client),
      delete: client.delete.bind(client),
      update: async (resource, object, options) => {
        const answer = await client.update(resource, object, options)
        await this.beforeAnswer()
        return answer
      },
    }
    const context = {
      client: late as ApiClient,
      informers: this.#informers,
      timers: this.#timers,
      clock: new SteppedClock(Date.parse('2026-01-02T03:04:05Z')),
      random: systemRandom,
      log: { info: () => undefined, error: (message: string, error: unknown) => void t.fail(`${message}: ${error}`) },
      recorder: () => ({ event: () => undefined }),
      discover: () => Promise.reject(new Error('not asked')),
    }
    const running = runController(endpointSliceController(context, { workers: 1, maxEndpoints: 5 }), context, this.#stop.signal)
    t.teardown(async () => {
      this.#stop.abort(new Error('enough'))
      await running
      await this.#informers.ended()
      client.close()
      await server.stop()
    })
  }

  static async start(t: Test): Promise<Fixture> {
    const fixture = new Fixture(await TestServer.start('--disable-admission-plugins=ServiceAccount'), t)
    await fixture.client.create(nodes, { metadata: { name: 'here' } })
    await fixture.client.create(services, {
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    return fixture
  }

  /** The slices of `web` as the controller sees them, but those that are known. */
  shown(...known: KubeObject[]): KubeObject[] {
    const found = [...this.#informers.objects(slices).store.values()]
    return found.filter(({ metadata: { labels, uid } }) => {
      const isKnown = known.some(({ metadata }) => metadata.uid === uid)
      return labels?.['kubernetes.io/service-name'] === 'web' && !isKnown
    })
  }

  /** A slice other than those that are known, as soon as there is one; time moves on until then. */
  async slice(...known: KubeObject[]): Promise<KubeObject> {
    for (let count = 0; count < MAX_TURNS; count++) {
      const [found] = this.shown(...known)
      if (found) return found
      await turn()
      this.#timers.step(STEP_MS)
    }
    throw new Error('waited in vain for a slice')
  }

  async addPod(): Promise<void> {
    const containers = [{ name: 'main', image: 'registry.example/app:1' }]
    await this.client.create(pods, {
      metadata: { name: 'web-0', namespace, labels: { app: 'web' } },
      spec: { nodeName: 'here', containers },
    })
    const status = { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] }
    await this.client.patch(pods, { namespace, name: 'web-0' }, { status }, { type: 'merge', subresource: 'status' })
  }
}

test('a slice that somebody removes before the answer to its update has come is made again', async (t) => {
  const fixture = await Fixture.start(t)
  const first = await fixture.slice()
  fixture.beforeAnswer = async () => {
    fixture.beforeAnswer = () => Promise.resolve()
    await fixture.client.delete(slices, { namespace, name: first.metadata.name ?? '' })
    for (let count = 0; count < MAX_TURNS && fixture.shown().length > 0; count++) await turn()
  }
  await fixture.addPod()
  t.match((await fixture.slice(first))['endpoints'], [{ addresses: ['10.0.0.1'] }])
})

test('a slice that somebody gives to another service, or to another manager, is replaced', async (t) => {
  const fixture = await Fixture.start(t)
  const known: KubeObject[] = []
  for (const labels of [{ 'kubernetes.io/service-name': 'other' }, { 'endpointslice.kubernetes.io/managed-by': 'somebody' }]) {
    const slice = await fixture.slice(...known)
    known.push(slice)
    await fixture.client.patch(slices, { namespace, name: slice.metadata.name ?? '' }, { metadata: { labels } }, { type: 'merge' })
  }
  t.same((await fixture.slice(...known))['endpoints'] ?? null, null)
})
