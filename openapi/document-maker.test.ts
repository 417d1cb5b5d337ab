import { join } from 'node:path'
import { test } from 'tap'
import { operationName } from './api-route.ts'
import { DocumentMaker } from './document-maker.ts'
import { V2 } from './document-protocol.ts'
import type { PublishedResource } from './resource-routes.ts'

type Tree = Record<string, unknown>

const at = (tree: unknown, ...path: string[]): unknown => path.reduce<unknown>((value, key) => (value as Tree | undefined)?.[key], tree)

/** Without what the installed packages may or may not say. */
const undescribed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(undescribed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      key === 'description' && typeof member === 'string' ? [] : [[key, undescribed(member)]],
    ),
  )
}

const maker = new DocumentMaker(join(import.meta.dirname, 'v1.36'), '1.36')
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const core = { group: '', version: 'v1' }
const pods: PublishedResource = {
  ...core,
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  type: 'core/v1.Pod',
  listType: 'core/v1.PodList',
  verbs,
  returnsDeletedObject: true,
  subresources: {
    exec: { verbs: ['create', 'get'], kind: { ...core, kind: 'PodExecOptions' }, type: 'core/v1.PodExecOptions' },
    log: { verbs: ['get'], kind: { ...core, kind: 'Pod' }, type: 'core/v1.Pod' },
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: { ...core, kind: 'PodProxyOptions' },
      type: 'core/v1.PodProxyOptions',
    },
    status: { verbs: ['get', 'patch', 'update'], kind: { ...core, kind: 'Pod' }, type: 'core/v1.Pod' },
  },
}
const document = (name: string): unknown => JSON.parse(Buffer.from(maker.make([pods], name, 'json')?.bytes ?? '').toString())
const v2 = document(V2)
const v3 = document('api/v1')

for (const [path, verb, subject, operationId, tag] of [
  ['/api/', 'get', 'APIVersions', 'getCoreAPIVersions', 'core'],
  ['/apis/', 'get', 'APIVersions', 'getAPIVersions', 'apis'],
  ['/apis/rbac.authorization.k8s.io/', 'get', 'APIGroup', 'getRbacAuthorizationAPIGroup', 'rbacAuthorization'],
  ['/api/v1/pods', 'list', 'PodForAllNamespaces', 'listCoreV1PodForAllNamespaces', 'core_v1'],
  ['/.well-known/openid-configuration/', 'get', 'X', 'getX', 'WellKnown'],
] as const)
  test(`${path} names its operations ${operationId}`, async (t) => {
    t.same(operationName(path, verb, subject), { operationId, tags: [tag] })
  })

test('every verb and subresource has its paths and methods', async (t) => {
  const item = '/api/v1/namespaces/{namespace}/pods/{name}'
  const proxied = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put']
  const methods = Object.entries(at(v3, 'paths') as Tree).map(([path, methodsThere]) => [
    path,
    Object.keys(methodsThere as Tree)
      .filter((key) => key !== 'parameters')
      .sort(),
  ])
  t.same(Object.fromEntries(methods), {
    '/api/v1/': ['get'],
    '/api/v1/namespaces/{namespace}/pods': ['delete', 'get', 'post'],
    [item]: ['delete', 'get', 'patch', 'put'],
    [`${item}/exec`]: ['get', 'post'],
    [`${item}/log`]: ['get'],
    [`${item}/proxy`]: proxied,
    [`${item}/proxy/{path}`]: proxied,
    [`${item}/status`]: ['get', 'patch', 'put'],
    '/api/v1/pods': ['get'],
    '/api/v1/watch/namespaces/{namespace}/pods': ['get'],
    '/api/v1/watch/namespaces/{namespace}/pods/{name}': ['get'],
    '/api/v1/watch/pods': ['get'],
  })
})

test('a delete says what it takes, gives and is, with the parameters of all methods left to the path', async (t) => {
  const path = ['paths', '/api/v1/namespaces/{namespace}/pods/{name}'] as const
  t.match(undescribed(at(v2, ...path, 'delete')), {
    consumes: ['*/*'],
    produces: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
    operationId: 'deleteCoreV1NamespacedPod',
    tags: ['core_v1'],
    responses: { 200: { schema: { $ref: '#/definitions/io.k8s.api.core.v1.Pod' } }, 202: {}, 401: {} },
    'x-kubernetes-action': 'delete',
    'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'Pod' },
  })
  const named = (list: unknown): unknown[] => (list as Tree[]).map(({ name, $ref }) => name ?? String($ref).replace(/.*\/|-.*/g, ''))
  t.same(named(at(v2, ...path, 'parameters')), ['name', 'namespace', 'pretty'])
  t.same(named(at(v2, ...path, 'delete', 'parameters')), [
    'body',
    'dryRun',
    'gracePeriodSeconds',
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'orphanDependents',
    'propagationPolicy',
  ])
})

test('a shared parameter has the name that upstream gives it', async (t) => {
  const shared = at(v2, 'parameters') as Tree
  t.same(shared['body-2Y1dVQaQ'], {
    name: 'body',
    in: 'body',
    schema: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions' },
  })
  t.match(shared['body-78PwaGsr'], { required: true })
})

for (const [claim, name, member, inV2, inV3] of [
  [
    'a list merges by its keys; its elements have a default in version 3 alone',
    'core.v1.PodSpec',
    'containers',
    { items: { $ref: '#/definitions/io.k8s.api.core.v1.Container' }, 'x-kubernetes-list-map-keys': ['name'] },
    {
      items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }], default: {} },
      'x-kubernetes-patch-merge-key': 'name',
    },
  ],
  [
    'an enum lists the constants of its type',
    'core.v1.PodSpec',
    'dnsPolicy',
    { type: 'string', enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] },
    { type: 'string', enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] },
  ],
  [
    'a reference stands alone in version 3 where it is described',
    'core.v1.PodSpec',
    'affinity',
    { $ref: '#/definitions/io.k8s.api.core.v1.Affinity' },
    { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Affinity' }] },
  ],
  [
    'a default that upstream names a constant for is its value',
    'core.v1.AzureDiskVolumeSource',
    'cachingMode',
    { type: 'string' },
    { default: 'ReadWrite' },
  ],
] as const)
  test(claim, async (t) => {
    const property = (tree: unknown, ...place: string[]): unknown =>
      undescribed(at(tree, ...place, `io.k8s.api.${name}`, 'properties', member))
    t.match(property(v2, 'definitions'), inV2)
    t.match(property(v3, 'components', 'schemas'), inV3)
    t.notOk('default' in (property(v2, 'definitions') as Tree), 'version 2 has no defaults')
  })

test('kinds and unions are extensions of the type, a shared kind narrowed to its document', async (t) => {
  const schemas = at(v3, 'components', 'schemas') as Record<string, Tree>
  t.same(schemas['io.k8s.api.core.v1.Pod']?.['x-kubernetes-group-version-kind'], [{ group: '', kind: 'Pod', version: 'v1' }])
  t.same(schemas['io.k8s.api.core.v1.SeccompProfile']?.['x-kubernetes-unions'], [
    { discriminator: 'type', 'fields-to-discriminateBy': { localhostProfile: 'LocalhostProfile' } },
  ])
  const options = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'
  t.same(schemas[options]?.['x-kubernetes-group-version-kind'], [{ group: '', kind: 'DeleteOptions', version: 'v1' }])
  t.ok((at(v2, 'definitions', options, 'x-kubernetes-group-version-kind') as unknown[]).length > 40)
})

test('both forms of a document have the hash that the index gives', async (t) => {
  const hashes = maker.hashes([pods])
  t.same(Object.keys(hashes), ['.well-known/openid-configuration', 'api', 'api/v1', 'apis', 'openid/v1/jwks', 'version'])
  for (const form of ['json', 'protobuf'] as const) t.equal(maker.make([pods], 'api/v1', form)?.hash, hashes['api/v1'])
  t.equal(maker.make([pods], 'apis/apps/v1', 'json'), undefined)
})
