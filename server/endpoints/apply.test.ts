import { type Test, test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const TYPE = 'application/apply-patch+yaml'
const configMaps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'

const started = async (t: Test, ...flags: string[]) => {
  const server = await TestServer.start(...flags)
  t.teardown(() => server.stop())
  const apply = (path: string, body: object | string, query = 'fieldManager=me', headers: Record<string, string> = {}) =>
    server.send('PATCH', `${path}?${query}`, undefined, {
      headers: { 'content-type': TYPE, ...headers },
      raw: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { server, apply }
}

const configMap = (name: string, data?: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...(data ? { data } : {}),
})

const deployment = (spec: object): object => {
  const labels = { app: 'x' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  }
}

test('an apply makes what is not there, changes what is, and takes away what it made', async (t) => {
  const { server, apply } = await started(t)
  const path = `${configMaps}/c`
  t.equal((await apply(path, configMap('c', { a: '1' }), 'fieldManager=me&dryRun=All')).status, 201)
  t.equal((await server.send('GET', path)).status, 404, 'a dry run left nothing')
  const made = await apply(path, configMap('c', { a: '1', b: '1' }))
  t.equal(made.status, 201)
  t.match(made.body.metadata['managedFields'], [
    { manager: 'me', operation: 'Apply', apiVersion: 'v1', time: /Z$/, fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
  ])
  const again = await apply(path, configMap('c', { b: '1', a: '1' }))
  t.same([again.status, again.body.metadata['resourceVersion']], [200, made.body.metadata['resourceVersion']], 'nothing changed')
  const { status, body } = await apply(path, configMap('c', { a: '2' }), 'fieldManager=other')
  t.same([status, body.reason, body.message], [409, 'Conflict', 'Apply failed with 1 conflict: conflict with "me": .data.a'])
  t.same((await apply(path, configMap('c', { a: '2' }), 'fieldManager=other&force=true')).body['data'], { a: '2', b: '1' })
  t.same((await apply(path, configMap('c', { c: '1' }))).body['data'], { a: '2', c: '1' })
})

test('quantities in other words are no change', async (t) => {
  const { apply } = await started(t)
  const quota = (cpu: string): object => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { cpu } } })
  const path = '/api/v1/namespaces/default/resourcequotas/q'
  const made = await apply(path, quota('1000m'))
  t.equal((await apply(path, quota('1000m'))).body.metadata['resourceVersion'], made.body.metadata['resourceVersion'])
  t.match(made.body, { spec: { hard: { cpu: '1' } } })
})

test('what is no configuration of the kind is refused in upstream’s words', async (t) => {
  const { apply } = await started(t)
  const path = `${configMaps}/c`
  const tried: [body: object | string, code: number, message: string, query?: string][] = [
    [configMap('c'), 422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch', ''],
    ['', 400, 'invalid object type: /, Kind='],
    [
      '[]',
      400,
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    ['{"a":', 400, 'error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content'],
    [{ ...configMap('c'), kind: 'Secret' }, 400, 'invalid object type: /v1, Kind=Secret'],
    [{ ...configMap('c'), metadata: { name: 'c', managedFields: [] } }, 400, 'metadata.managedFields must be nil'],
    [configMap('other'), 400, 'the name of the object (other) does not match the name on the URL (c)'],
    [
      { ...configMap('c'), spec: 1 },
      500,
      'failed to create typed patch object (/c; /v1, Kind=ConfigMap): .spec: field not declared in schema',
    ],
    [
      { ...configMap('c'), binaryData: { a: '%' } },
      500,
      'failed to convert new object (/c; /v1, Kind=ConfigMap) to proper version: unable to convert unstructured object to /v1, Kind=ConfigMap: error decoding from json: illegal base64 data at input byte 0',
    ],
    [
      { ...configMap('c'), metadata: { name: 'c', uid: 'u' } },
      409,
      'Operation cannot be fulfilled on configmaps "c": uid mismatch: the provided object specified uid u, and no existing object was found',
    ],
  ]
  for (const [body, code, message, query] of tried) {
    const answer = await apply(path, body, query)
    t.same([answer.status, answer.body.message], [code, message], message)
  }
})

test('keys that stand twice are told, or refused', async (t) => {
  const { apply } = await started(t)
  const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: "1"\n  a: "2"\n'
  const strict = await apply(`${configMaps}/c`, body, 'fieldManager=me&fieldValidation=Strict')
  t.same(
    [strict.status, strict.body.message],
    [400, 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map'],
  )
  const told = await apply(`${configMaps}/c`, body)
  t.same([told.status, told.headers['warning'], told.body['data']], [201, '299 - "line 6: key \\"a\\" already set in map"', { a: '2' }])
  t.equal((await apply(`${configMaps}/c`, body, 'fieldManager=me&fieldValidation=Ignore')).headers['warning'], undefined)
})

test('statuses and scales have managers of their own', async (t) => {
  const { server, apply } = await started(t)
  t.equal((await apply(`${deployments}/d`, deployment({ replicas: 2 }))).status, 201)
  const status = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 9 }, status: { replicas: 1 } }
  const applied = await apply(`${deployments}/d/status`, status)
  t.match(applied.body, { spec: { replicas: 2 }, status: { replicas: 1 } })
  t.match(applied.body.metadata['managedFields'], [{}, { subresource: 'status', fieldsV1: { 'f:status': { 'f:replicas': {} } } }])
  const nothing = await apply(`${deployments}/none/status`, { ...status, metadata: { name: 'none' } })
  t.same([nothing.status, nothing.body.message], [404, 'deployments.apps "none" not found'])
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 3 } }
  t.equal(
    (await apply(`${deployments}/d/scale`, scale, 'fieldManager=scaler')).body.message,
    'Apply failed with 1 conflict: conflict with "me": .spec.replicas',
  )
  t.equal((await apply(`${deployments}/d/scale`, scale, 'fieldManager=scaler&force=true')).status, 200)
  const { body } = await server.send('GET', `${deployments}/d`)
  t.match(body, { spec: { replicas: 3 } })
  const managers = body.metadata['managedFields'] as { manager: string; subresource?: string; fieldsV1: object }[]
  t.match(
    managers.find(({ manager }) => manager === 'scaler'),
    { subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
  )
})

test('who may change and not create creates nothing, neither by apply nor by update', async (t) => {
  const { server, apply } = await started(t, '--authorization-mode=RBAC')
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default'
  const rules = [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['update'] },
  ]
  await server.send('POST', `${rbac}/roles`, { metadata: { name: 'changer' }, rules })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'changer' }
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }]
  await server.send('POST', `${rbac}/rolebindings`, { metadata: { name: 'changer' }, roleRef, subjects })
  const alice = { 'impersonate-user': 'alice' }
  const path = `${configMaps}/c`
  const refused = await apply(path, configMap('c'), 'fieldManager=me', alice)
  t.same(
    [refused.status, refused.body.message],
    [403, 'configmaps "c" is forbidden: User "alice" cannot create resource "configmaps" in API group "" in the namespace "default"'],
  )
  t.equal((await apply(path, configMap('c'))).status, 201)
  t.equal((await apply(path, configMap('c', { a: '1' }), 'fieldManager=me', alice)).status, 200)
  const lease = await server.send(
    'PUT',
    '/apis/coordination.k8s.io/v1/namespaces/default/leases/l',
    { metadata: { name: 'l' } },
    { headers: alice },
  )
  t.same(
    [lease.status, lease.body.message],
    [
      403,
      'leases.coordination.k8s.io "l" is forbidden: User "alice" cannot create resource "leases" in API group "coordination.k8s.io" in the namespace "default"',
    ],
  )
})

test('a service that its status makes has no address; others are not made so', async (t) => {
  const { server, apply } = await started(t)
  const path = '/api/v1/namespaces/default/services/s'
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 1 }] } }
  const made = await apply(`${path}/status`, service)
  t.equal(made.status, 201)
  t.equal((made.body['spec'] as { clusterIP?: string }).clusterIP, undefined)
  t.equal((await server.send('PUT', `${path}2/status`, { ...service, metadata: { name: 's2' } })).status, 201)
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' } }
  t.equal((await server.send('PUT', '/apis/networking.k8s.io/v1/namespaces/default/ingresses/i/status', ingress)).status, 404)
})

test('versions of a kind share their managers', async (t) => {
  const { server, apply } = await started(t)
  const path = (version: string): string => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/h`
  const scaler = (version: string, spec: object): object => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, ...spec },
  })
  t.equal((await apply(path('v1'), scaler('v1', { maxReplicas: 5, targetCPUUtilizationPercentage: 50 }))).status, 201)
  t.equal(
    (await apply(path('v2'), scaler('v2', { maxReplicas: 6 }), 'fieldManager=other')).body.message,
    'Apply failed with 1 conflict: conflict with "me": .spec.maxReplicas',
  )
  const taken = await apply(path('v2'), scaler('v2', { maxReplicas: 6 }), 'fieldManager=other&force=true')
  t.match(taken.body, { spec: { maxReplicas: 6, metrics: [{ resource: { target: { averageUtilization: 50 } } }] } })
  t.same(
    (taken.body.metadata['managedFields'] as { manager: string; apiVersion: string }[]).map(({ manager, apiVersion }) => [
      manager,
      apiVersion,
    ]),
    [
      ['me', 'autoscaling/v1'],
      ['other', 'autoscaling/v2'],
    ],
  )
  const put = await server.send('PUT', path('v1'), scaler('v1', { maxReplicas: 6, targetCPUUtilizationPercentage: 50 }))
  t.match(put.body.metadata['managedFields'], [{ manager: 'me' }, { manager: 'other' }], 'an update in one keeps those of the other')
})
