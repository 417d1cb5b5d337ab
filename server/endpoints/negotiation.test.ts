// What upstream answers to forms and paths that are not there, each row seen on the real server.
import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const META = ';g=meta.k8s.io;v=v1'
const ROUTES = '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf'
const TYPES = 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'

test('requests are negotiated and routed as upstream does', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  await server.send('POST', MAPS, { metadata: { name: 'a' } })
  const rows: [method: string, path: string, accept: string, status: number, text: string][] = [
    ['GET', `${MAPS}/a`, 'application/*', 406, ROUTES],
    ['GET', `${MAPS}/a`, 'application/*, */*;q=0.1', 200, ''],
    ['GET', `${MAPS}/a`, `application/json;as=Nope${META}`, 406, TYPES],
    ['GET', `${MAPS}/a`, 'application/json;as=Table;g=meta.k8s.io;v=v2', 406, TYPES],
    ['GET', `${MAPS}/a`, `application/json;as=Table${META}1, application/json`, 200, ''],
    [
      'GET',
      MAPS,
      `application/json;as=PartialObjectMetadata${META}`,
      406,
      'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)',
    ],
    [
      'GET',
      `${MAPS}/a`,
      `application/json;as=PartialObjectMetadataList${META}`,
      406,
      'you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)',
    ],
    ['GET', `${MAPS}?includeObject=x`, `application/json;as=Table${META}`, 400, "must be 'Metadata', 'Object', 'None', or empty"],
    ['GET', `${MAPS}?watch=1`, 'application/yaml', 406, 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'],
    ['GET', '/apis', 'text/html', 406, TYPES],
    ['GET', '/api', 'text/html', 406, ROUTES],
    ['GET', '/api/v1', 'text/html', 406, ROUTES],
    ['GET', '/apis', 'application/yaml', 200, 'kind: APIGroupList'],
    ['GET', '/apis/apps/v1', 'application/vnd.kubernetes.protobuf', 200, 'APIResourceList'],
    ['GET', '/apis', 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList', 406, TYPES],
    ['GET', '/apis', 'application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', 200, 'APIGroupDiscoveryList'],
    ['POST', '/version', '*/*', 405, 'MethodNotAllowed'],
    ['POST', '/apis/apps/v1', '*/*', 405, 'MethodNotAllowed'],
    ['GET', '/apis/nope/v1', '*/*', 404, '404 page not found\n'],
    ['GET', '/apis/nope/v1/things/x', '*/*', 404, '404 page not found\n'],
    ['GET', '/apis/apps/v9/things', '*/*', 404, 'the server could not find the requested resource'],
    [
      'GET',
      '/api/v1/watch',
      '*/*',
      500,
      'Internal Server Error: "/api/v1/watch": failed to create RequestInfo: unable to determine kind and namespace from url, /api/v1/watch\n',
    ],
    ['DELETE', '/api/v1/configmaps', '*/*', 405, 'MethodNotAllowed'],
    ['PUT', '/apis/apps/v1/namespaces/default/deployments/none/scale', '*/*', 400, 'name must be provided'],
    ['POST', `${MAPS}?fieldManager=a%00%01`, '*/*', 422, 'invalid character U+0001 (at position 2)'],
    ['POST', `${MAPS}?fieldManager=${'%00'.repeat(200)}`, '*/*', 422, 'may not be more than 128 bytes'],
    ['GET', `${MAPS}?watch=1&continue=x`, '*/*', 422, 'resourceVersionMatch is forbidden when continue is provided'],
    ['GET', `${MAPS}?watch=1&resourceVersionMatch=Exact`, '*/*', 422, 'supported values: \\"NotOlderThan\\"'],
  ]
  for (const [method, path, accept, status, text] of rows) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    const answer = await server.send(method, path, body, { headers: { accept } })
    t.equal(answer.status, status, `${method} ${path} ${accept}`)
    const plain = answer.text.includes('"message"') ? `${answer.body.message}${answer.text}` : answer.text
    t.ok(plain.includes(text), `${method} ${path} ${accept} says ${text}: ${answer.text.slice(0, 300)}`)
  }
  t.equal((await server.send('GET', `${MAPS}/a`)).status, 200, 'nothing was deleted')
})

test('options of a delete that are none are told without what was expected', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  for (const [raw, message] of [
    ['{"kind":"Foo"}', 'no kind "Foo" is registered for version "meta.k8s.io/v1" in scheme "pkg/runtime/scheme.go:111"'],
    ['{"kind":"Foo","apiVersion":"v1"}', 'no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"'],
    ['{"a":', "couldn't get version/kind; json parse error: unexpected end of JSON input"],
  ] as const) {
    const { status, body } = await server.send('DELETE', `${MAPS}/a`, undefined, { raw, headers: { 'content-type': 'application/json' } })
    t.equal(status, 400)
    t.equal(body.message, message)
  }
})

test('who may not is told so in words that no browser takes for a page', async (t) => {
  const server = await TestServer.start('--authorization-mode=RBAC')
  t.teardown(() => server.stop())
  const forbidden = await server.send('GET', MAPS, undefined, { as: 'none' })
  t.equal(forbidden.status, 403)
  t.equal(forbidden.headers['x-content-type-options'], 'nosniff')
  const unknown = await server.send('GET', MAPS, undefined, { as: 'none', headers: { authorization: 'Bearer x' } })
  t.equal(unknown.status, 401)
  t.equal(unknown.headers['www-authenticate'], undefined)
})
