// Where connections are tried out: a server with nodes and pods, and a kubelet that is played.
import type { Test } from 'tap'
import { FakeKubelet } from './fake-kubelet.ts'
import { TestServer } from './test-server.ts'

export const PODS = '/api/v1/namespaces/default/pods'
const container = (name: string): object => ({ name, image: 'i', ports: [{ containerPort: 80 }] })

export interface Stage {
  server: TestServer
  kubelet: FakeKubelet
}

const addNode = async (server: TestServer, name: string, port: number, addresses: object[]): Promise<void> => {
  await server.send('POST', '/api/v1/nodes', { metadata: { name } })
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } }
  const headers = { 'content-type': 'application/merge-patch+json' }
  await server.send('PATCH', `/api/v1/nodes/${name}/status`, { status }, { headers })
}

const addPod = async (server: TestServer, name: string, nodeName: string | undefined, ...containers: string[]): Promise<void> => {
  const placed = nodeName === undefined ? {} : { nodeName }
  await server.send('POST', PODS, { metadata: { name }, spec: { ...placed, containers: containers.map(container) } })
}

/** A server with nodes and pods: one whose kubelet answers, one where nobody listens, one without an address. */
export const stage = async (t: Test): Promise<Stage> => {
  const server = await TestServer.start(
    '--authorization-mode=AlwaysAllow',
    '--disable-admission-plugins=ServiceAccount',
    '--kubelet-preferred-address-types=InternalIP',
  )
  const { admin } = server.server.certificates
  const kubelet = await FakeKubelet.start({ cert: admin?.certificate ?? '', key: admin?.key ?? '' })
  t.teardown(async () => {
    kubelet.stop()
    await server.stop()
  })
  const local = [{ type: 'InternalIP', address: '127.0.0.1' }]
  await addNode(server, 'live', kubelet.port, local)
  await addNode(server, 'closed', 1, local)
  await addNode(server, 'nowhere', 1, [{ type: 'Hostname', address: 'x' }])
  await addPod(server, 'live', 'live', 'c')
  await addPod(server, 'two', 'live', 'c', 'd')
  await addPod(server, 'closed', 'closed', 'c')
  await addPod(server, 'nowhere', 'nowhere', 'c')
  await addPod(server, 'lost', 'missing', 'c')
  await addPod(server, 'free', undefined, 'c')
  return { server, kubelet }
}

/** What a client of the server shows and trusts. */
export const tlsOf = (server: TestServer): Record<string, string | undefined> => {
  const { authority, admin } = server.server.certificates
  return { ca: authority, cert: admin?.certificate, key: admin?.key }
}
