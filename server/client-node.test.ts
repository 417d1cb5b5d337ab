// The official JavaScript client against a whole server: what its generated code and its watch expect of the wire.
import { CoreV1Api, KubeConfig, Watch } from '@kubernetes/client-node'
import { test } from 'tap'
import { TestServer } from './testing/test-server.ts'

const configFor = (server: TestServer): KubeConfig => {
  const { authority = '', admin } = server.server.certificates
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'c', server: `https://127.0.0.1:${server.port}`, caData: base64(authority) }],
    users: [{ name: 'u', certData: base64(admin?.certificate ?? ''), keyData: base64(admin?.key ?? '') }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  })
  return config
}

test('the official client creates, lists, watches and deletes', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const config = configFor(server)
  const api = config.makeApiClient(CoreV1Api)
  const seen: string[] = []
  let enough = (): void => undefined
  const done = new Promise<void>((resolve) => void (enough = resolve))
  const watching = await new Watch(config).watch(
    '/api/v1/namespaces/default/configmaps',
    {},
    (type, object: { metadata: { name: string } }) => {
      seen.push(`${type} ${object.metadata.name}`)
      if (seen.length === 2) enough()
    },
    () => undefined,
  )
  await api.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'oar' }, data: { wood: 'ash' } } })
  const { items } = await api.listNamespacedConfigMap({ namespace: 'default' })
  t.same(
    items.map(({ metadata, data }) => [metadata?.name, data]),
    [['oar', { wood: 'ash' }]],
  )
  t.ok(items[0]?.metadata?.creationTimestamp instanceof Date)
  await api.deleteNamespacedConfigMap({ namespace: 'default', name: 'oar' })
  await done
  t.same(seen, ['ADDED oar', 'DELETED oar'])
  watching.abort()
  await t.rejects(api.readNamespacedConfigMap({ namespace: 'default', name: 'oar' }), { code: 404 })
})
