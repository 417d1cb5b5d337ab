// Which names field selectors of each kind accept, and what is said of others.
import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const unknown = (label: string): string => `field label not supported: ${label}`
const metadataOnly = (label: string): string => `"${label}" is not a known field selector: only "metadata.name", "metadata.namespace"`

test('field selectors', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  for (const [path, label, refusal] of [
    ['/api/v1/pods', 'spec.host', undefined],
    ['/api/v1/pods', 'status.podIPs', undefined],
    ['/api/v1/pods', 'spec.containers', unknown('spec.containers')],
    ['/api/v1/nodes', 'metadata.namespace', unknown('metadata.namespace')],
    ['/api/v1/namespaces', 'name', unknown('name')],
    ['/api/v1/events', 'regarding.name', unknown('regarding.name')],
    ['/apis/events.k8s.io/v1/events', 'regarding.name', undefined],
    ['/apis/events.k8s.io/v1/events', 'reportingController', undefined],
    ['/apis/events.k8s.io/v1/events', 'involvedObject.name', unknown('involvedObject.name')],
    ['/apis/apps/v1/replicasets', 'status.replicas', metadataOnly('status.replicas')],
    ['/api/v1/replicationcontrollers', 'status.replicas', undefined],
    ['/api/v1/configmaps', 'toString', metadataOnly('toString')],
    ['/api/v1/secrets', 'toString', unknown('toString')],
    ['/apis/batch/v1/jobs', 'status.successful', undefined],
    ['/apis/batch/v1/jobs', 'type', 'field label "type" not supported for Job'],
    ['/apis/certificates.k8s.io/v1/certificatesigningrequests', 'spec.signerName', undefined],
    ['/apis/resource.k8s.io/v1/resourceslices', 'spec.driver', undefined],
    [
      '/apis/resource.k8s.io/v1/resourceslices',
      'metadata.namespace',
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: metadata.namespace',
    ],
    ['/api/v1/componentstatuses', 'type', metadataOnly('type')],
  ] as const) {
    await t.test(`${path} ${refusal === undefined ? 'accepts' : 'refuses'} ${label}`, async (t) => {
      const { status, body } = await server.send('GET', `${path}?fieldSelector=${label}%3Dx`)
      t.equal(status, refusal === undefined ? 200 : 400)
      t.equal(body.message, refusal)
    })
  }
})
