// Tables over HTTP, beside plain lists: other versions, subresources, deletions, kinds that store nothing.
import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
const METADATA = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
const namespace = '/api/v1/namespaces/default'
const hpas = '/namespaces/default/horizontalpodautoscalers'
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }

interface RowObject {
  kind: string
  apiVersion: string
  metadata: { annotations?: object }
  spec: unknown
}

interface Table {
  kind: string
  columnDefinitions: { name: string; description: string }[]
  rows: { cells: unknown[]; conditions?: { type: string; reason: string }[]; object: RowObject }[]
}

test('tables', async (t) => {
  // No controller makes the account that pods act as.
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  const table = async (method: string, path: string): Promise<Table> =>
    (await server.send(method, path, undefined, { headers })).body as unknown as Table

  await t.test('cells are the same in every version, the object is of the version asked for', async (t) => {
    const metrics = [{ type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '7' } } }]
    const spec = { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, metrics }
    await server.send('POST', `/apis/autoscaling/v2${hpas}`, { metadata: { name: 'h' }, spec })
    for (const version of ['v1', 'v2']) {
      for (const path of [`/apis/autoscaling/${version}${hpas}`, `/apis/autoscaling/${version}${hpas}/h`]) {
        const { rows } = await table('GET', `${path}?includeObject=Object`)
        t.same(rows[0]?.cells.slice(0, 6), ['h', 'Deployment/d', '<unknown>/7', '1', 3, 0])
        t.equal(rows[0]?.object.apiVersion, `autoscaling/${version}`)
      }
    }
  })

  await t.test('a pod that has ended has a condition in its row', async (t) => {
    const made = await server.send('POST', `${namespace}/pods`, { metadata: { name: 'p' }, spec: template.spec })
    await server.send('PUT', `${namespace}/pods/p/status`, { ...made.body, status: { phase: 'Failed' } })
    const conditions = [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]
    t.match((await table('GET', `${namespace}/pods`)).rows, [{ conditions }])
    t.match((await table('GET', `${namespace}/pods/p`)).rows, [{ conditions }])
  })

  await t.test('a scale has columns of its own', async (t) => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments'
    const spec = { replicas: 4, selector: { matchLabels: { a: 'b' } }, template }
    await server.send('POST', deployments, { metadata: { name: 'd' }, spec })
    const { columnDefinitions, rows } = await table('GET', `${deployments}/d/scale`)
    t.same(
      columnDefinitions.map(({ name }) => name),
      ['Name', 'Desired', 'Available', 'Age'],
    )
    t.same(rows[0]?.cells.slice(0, 3), ['d', 4, 0])
    t.equal(rows[0]?.object.kind, 'PartialObjectMetadata')
  })

  await t.test('flow schemas stand in the order in which requests are matched, by name among equals', async (t) => {
    const { rows } = await table('GET', '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas')
    const shown = rows.map(({ cells }) => [cells[2] as number, cells[0] as string] as const)
    t.same(
      shown,
      shown.toSorted(([a, one], [b, other]) => a - b || (one < other ? -1 : 1)),
    )
    t.equal(shown[0]?.[1], 'exempt')
  })

  await t.test('what a collection delete removed comes as a table too', async (t) => {
    await server.send('POST', `${namespace}/configmaps`, { metadata: { name: 'm' }, data: { a: '1' } })
    const { kind, rows } = await table('DELETE', `${namespace}/configmaps?fieldSelector=metadata.name%3Dm`)
    t.equal(kind, 'Table')
    t.same(rows[0]?.cells.slice(0, 2), ['m', 1])
    t.equal((await server.send('GET', `${namespace}/configmaps/m`)).status, 404)
  })

  await t.test('a bookmark is a row of nothing, in the columns of the kind', async (t) => {
    const initial = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const watch = server.watch(`/apis/networking.k8s.io/v1/ipaddresses?fieldSelector=metadata.name%3Dnone&${initial}`, headers)
    const [bookmark] = await watch.next(1)
    watch.close()
    const shown = bookmark?.object as unknown as Table
    t.equal(bookmark?.type, 'BOOKMARK')
    t.equal(shown.columnDefinitions.length, 2)
    t.same(shown.rows[0]?.cells, ['', '<none>', '<unknown>'])
    t.match(shown.rows[0]?.object, { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } })
  })

  await t.test('objects that are made when asked for have rows', async (t) => {
    const { columnDefinitions, rows } = await table('GET', '/api/v1/componentstatuses')
    t.same(
      columnDefinitions.map(({ name }) => name),
      ['Name', 'Status', 'Message', 'Error'],
    )
    t.same(
      rows.map(({ cells }) => cells[0]),
      ['controller-manager', 'scheduler', 'etcd-0'],
    )
    t.same(rows[2]?.cells.slice(1), ['Healthy', 'ok', ''])
  })

  await t.test('metadata without its object lacks what stands for fields', async (t) => {
    const spec = { selector: { matchLabels: template.metadata.labels }, template }
    const sets = '/apis/apps/v1/namespaces/default/daemonsets'
    const made = await server.send('POST', sets, { metadata: { name: 'set', annotations: { own: 'x' } }, spec })
    t.match(made.body.metadata['annotations'], { own: 'x', 'deprecated.daemonset.template.generation': '1' })
    for (const path of [sets, `${sets}/set`]) t.same((await table('GET', path)).rows[0]?.object.metadata.annotations, { own: 'x' }, path)
    const alone = await server.send('GET', `${sets}/set`, undefined, { headers: { accept: METADATA } })
    t.same(alone.body.metadata['annotations'], { own: 'x' })
  })
})
