import { test } from 'tap'
import { TestServer } from '../../testing/test-server.ts'

test("a pod's single address is the first of its list", async (t) => {
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  const pods = '/api/v1/namespaces/default/pods'
  await server.send('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
  const addresses = async (status: object) => {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const { body } = await server.send('PATCH', `${pods}/p/status`, { status }, { headers })
    const { podIP, podIPs } = (body['status'] ?? {}) as { podIP?: string; podIPs?: object[] }
    return { podIP, podIPs, message: body.message }
  }
  t.match(await addresses({ podIP: '10.0.0.1' }), { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] })
  t.match(await addresses({ podIP: null, podIPs: [{ ip: '10.0.0.2' }, { ip: 'fd00::2' }] }), {
    podIP: '10.0.0.2',
    podIPs: [{ ip: '10.0.0.2' }, { ip: 'fd00::2' }],
  })
  t.match(await addresses({ podIP: '10.0.0.3' }), { podIP: '10.0.0.3', podIPs: [{ ip: '10.0.0.3' }] }, 'the single one counts')
  t.match((await addresses({ podIP: 'nowhere' })).message, /status\.podIPs\[0\]: Invalid value: "nowhere"/)
})
