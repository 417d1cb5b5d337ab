import { test } from 'tap'
import { systemClock } from '../../apimachinery/clock.ts'
import type { Random } from '../../apimachinery/random.ts'
import { MemoryStore } from '../storage/memory-store.ts'
import { TestServer } from '../testing/test-server.ts'
import { AddressRange, canonicalAddress } from './address-range.ts'
import { NodePorts } from './node-ports.ts'

const random: Random = { uuid: () => '', below: () => 0 }
const NONE: ReadonlySet<number> = new Set()

for (const [block, base, inside, outside] of [
  ['10.96.0.0/16', '10.96.0.0', ['10.96.0.1', '10.96.255.254'], ['10.96.0.0', '10.96.255.255', '10.97.0.1', 'fd00::1']],
  ['10.0.0.9/29', '10.0.0.8', ['10.0.0.9', '10.0.0.14'], ['10.0.0.8', '10.0.0.15']],
  ['fd00:1::/112', 'fd00:1::', ['fd00:1::1', 'fd00:1::ffff'], ['fd00:1::', 'fd00:1::1:0', '10.0.0.1']],
] as const) {
  test(`${block} gives away all but its first, and IPv4 its last address`, async (t) => {
    const range = new AddressRange(block)
    t.equal(range.base, base)
    for (const address of inside) t.ok(range.has(address), address)
    for (const address of outside) t.notOk(range.has(address), address)
  })
}

test('addresses are tried each once, the upper part first', async (t) => {
  const found = [...new AddressRange('10.0.0.0/27').candidates(random)]
  t.equal(found.length, 30)
  t.equal(new Set(found).size, 30)
  t.equal(found[0], '10.0.0.17')
  t.equal(found.at(-1), '10.0.0.16')
})

for (const [address, text] of [
  ['fd00:0:0:0:1:0:0:1', 'fd00::1:0:0:1'],
  ['FD00::ABCD', 'fd00::abcd'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:1.2.3.4', '::ffff:102:304'],
  ['10.0.0.1', '10.0.0.1'],
] as const)
  test(`${address} is written ${text}`, async (t) => t.equal(canonicalAddress(address), text))

test('node ports', async (t) => {
  const store = new MemoryStore(systemClock)
  const ports = new NodePorts(store, random, '30000-30031')
  t.equal(await ports.allocate(30005, false, NONE), 30005)
  await t.rejects(ports.allocate(30005, false, NONE), { message: 'provided port is already allocated' })
  await t.rejects(ports.allocate(80, false, NONE), {
    message: 'provided port is not in the valid range. The range of valid ports is 30000-30031',
  })
  t.equal(await ports.allocate(0, true, NONE), 30016, 'a dry run says what it would take')
  t.equal(await ports.allocate(0, false, new Set([30016])), 30017)
  t.same(await ports.taken(), [30005, 30017])
  await ports.release(30005)
  await ports.hold(new Set([30001, 99]))
  t.same(await ports.taken(), [30001, 30017])
  const { object } = await store.get('/registry/ranges/servicenodeports')
  t.match(JSON.parse(Buffer.from(object?.value ?? '').toString()), { kind: 'RangeAllocation', range: '30000-30031', data: 'AgAC' })
  for (let left = 30; left > 0; left--) await ports.allocate(0, false, NONE)
  await t.rejects(ports.allocate(0, false, NONE), { message: 'range is full' })
})

test('services', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const SERVICES = '/api/v1/namespaces/default/services'
  const service = (name: string, spec: object): object => ({ kind: 'Service', apiVersion: 'v1', metadata: { name }, spec })
  const web = { ports: [{ port: 80 }] }
  const addresses = async (): Promise<string[]> => {
    const { body } = await server.send('GET', '/apis/networking.k8s.io/v1/ipaddresses')
    const items = (body as unknown as { items: { metadata: { name: string }; spec: { parentRef: { name: string } } }[] }).items
    return items.filter(({ spec }) => spec.parentRef.name !== 'kubernetes').map(({ metadata }) => metadata.name)
  }
  const specOf = (body: unknown): Record<string, unknown> => (body as { spec: Record<string, unknown> }).spec

  await t.test('get an address that is an object, and give it back', async (t) => {
    const { body, status } = await server.send('POST', SERVICES, service('a', web))
    t.equal(status, 201)
    const { clusterIP, clusterIPs } = specOf(body)
    t.match(clusterIP, /^10\.0\.0\.\d+$/)
    t.same(clusterIPs, [clusterIP])
    t.same(await addresses(), [clusterIP])
    await server.send('DELETE', `${SERVICES}/a`)
    t.same(await addresses(), [])
  })

  await t.test('a refused create gives everything back', async (t) => {
    await server.send('POST', SERVICES, service('b', { ...web, type: 'NodePort' }))
    const before = await addresses()
    const { status } = await server.send('POST', SERVICES, service('b', { ...web, type: 'NodePort' }))
    t.equal(status, 409)
    t.same(await addresses(), before)
  })

  await t.test('a dry run takes nothing', async (t) => {
    const before = await addresses()
    const { body } = await server.send('POST', `${SERVICES}?dryRun=All`, service('c', web))
    t.equal(specOf(body)['clusterIP'], '10.0.0.0')
    t.same(await addresses(), before)
  })

  await t.test('many at once never share', async (t) => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => server.send('POST', SERVICES, service(`m${index}`, web))))
    t.equal(new Set(made.map(({ body }) => specOf(body)['clusterIP'])).size, 20)
  })

  await t.test('to ExternalName and back: the address goes, another comes', async (t) => {
    await server.send('POST', SERVICES, service('e', web))
    const before = (await addresses()).length
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
    await server.send(
      'PATCH',
      `${SERVICES}/e`,
      { spec: { type: 'ExternalName', externalName: 'a.b', clusterIP: '', clusterIPs: null } },
      merge,
    )
    t.equal((await addresses()).length, before - 1)
  })

  await t.test('no families of a kind the cluster does not have', async (t) => {
    const { status, body } = await server.send('POST', SERVICES, service('f', { ...web, ipFamilyPolicy: 'RequireDualStack' }))
    t.equal(status, 422)
    t.match(body, { message: /spec\.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack/ })
  })
})
