// What a create adds to jobs, through the server.
import { test } from 'tap'
import { at, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { TestServer } from '../../testing/test-server.ts'

const jobs = '/apis/batch/v1/namespaces/default/jobs?dryRun=All'
const job = (labels: object | undefined, metadata: object = {}, spec: object = {}): object => ({
  metadata: { name: 'j', ...metadata },
  spec: {
    template: { ...(labels ? { metadata: { labels } } : {}), spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
    ...spec,
  },
})
const GENERATED = ['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name', 'controller-uid', 'job-name']

test('jobs as they are created', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const create = async (object: object) => (await server.send('POST', jobs, object)).body as unknown as KubeObject
  const labels = (created: KubeObject): object => at(created, 'spec', 'template', 'metadata', 'labels') as object

  await t.test('pods get labels by which the job finds them', async (t) => {
    const created = await create(job(undefined))
    t.same(Object.keys(labels(created)), GENERATED)
    t.same(at(created, 'spec', 'selector', 'matchLabels'), { [GENERATED[0] as string]: created.metadata.uid })
    t.equal(created.metadata.labels, undefined)
    const stored = (await server.send('POST', jobs.replace(/\?.*/, ''), job(undefined, { name: 'stored' }))).body as unknown as KubeObject
    t.same(stored.metadata.labels, labels(stored), 'a stored one gets them too')
  })
  await t.test('a job that takes its labels from its pods takes these too', async (t) => {
    const created = await create(job({ a: 'b' }))
    t.same(Object.keys(created.metadata.labels ?? {}), ['a', ...GENERATED])
    t.same(created.metadata.labels, labels(created))
  })
  await t.test('a job with labels of its own does not', async (t) => {
    const created = await create(job({ a: 'b' }, { labels: { x: 'y' } }))
    t.same(created.metadata.labels, { x: 'y' })
  })
  await t.test('labels that stand in the way are left, and refused', async (t) => {
    const refused = await create(job({ 'job-name': 'x' }))
    t.equal(refused['code'], 422)
    t.equal(at(refused, 'details', 'causes', 0, 'field'), 'spec.template.metadata.labels[job-name]')
    t.match(at(refused, 'details', 'causes', 0, 'message'), /"job-name":"x"\}: must be 'j'$/)
  })
})
