// The answers are the real server's.
import { test } from 'tap'
import { TestServer } from '../../testing/test-server.ts'

const NAMESPACE = '/api/v1/namespaces/default'
const binding = (name: string, target: object, metadata: object = {}) => ({ metadata: { name, ...metadata }, target })

test('a scheduler puts pods on nodes', async (t) => {
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  const make = (name: string, spec: object = {}) =>
    server.send('POST', `${NAMESPACE}/pods`, {
      metadata: { name, labels: { a: 'pod', b: 'pod' } },
      spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    })
  await make('p')
  await make('gated', { schedulingGates: [{ name: 'example.com/gate' }] })
  const refusals: [path: string, body: object, code: number, message: string][] = [
    ['bindings', binding('p', {}), 500, 'target.name: Required value'],
    [
      'bindings',
      binding('p', { kind: 'Pod' }),
      500,
      '[target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>", target.name: Required value]',
    ],
    ['bindings', binding('', { name: 'n' }), 400, 'Name parameter required.'],
    ['bindings', binding('a/b', { name: 'n' }), 400, `Name parameter invalid: "a/b": may not contain '/'`],
    [
      'bindings',
      binding('p', { name: 'n' }, { namespace: 'other' }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    ['pods/p/binding', binding('x', { name: 'n' }), 400, 'name in URL does not match name in Binding object'],
    ['pods/none/binding', binding('none', {}), 500, 'target.name: Required value'],
    ['pods/none/binding', binding('none', { name: 'n' }), 404, 'pods "none" not found'],
    [
      'pods/gated/binding',
      binding('gated', { name: 'n' }),
      409,
      'Operation cannot be fulfilled on pods/binding "gated": pod gated has non-empty .spec.schedulingGates',
    ],
  ]
  for (const [path, body, code, message] of refusals) {
    const answer = await server.send('POST', `${NAMESPACE}/${path}`, body)
    t.same([answer.status, answer.body.message], [code, message], `${path} ${JSON.stringify(body)}`)
  }
  const stale = await server.send('POST', `${NAMESPACE}/pods/p/binding`, binding('p', { name: 'n' }, { uid: 'x' }))
  t.equal(stale.status, 409)
  t.match(
    stale.body.message,
    /on pods "p": StorageError: invalid object, Code: 4, Key: \/registry\/pods\/default\/p.*UID in precondition: x,/,
  )

  const waiting = {
    nominatedNodeName: 'other',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
      { type: 'Other', status: 'True' },
    ],
  }
  const headers = { 'content-type': 'application/merge-patch+json' }
  await server.send('PATCH', `${NAMESPACE}/pods/p/status`, { status: waiting }, { headers })
  const metadata = { labels: { a: 'binding', c: 'binding' }, annotations: { x: 'y' } }
  const bound = await server.send('POST', `${NAMESPACE}/pods/p/binding`, binding('p', { kind: 'Node', name: 'n' }, metadata))
  t.match(bound.body, { kind: 'Status', status: 'Success', code: 201 })
  const { body } = await server.send('GET', `${NAMESPACE}/pods/p`)
  t.match(body, {
    metadata: { labels: { a: 'binding', b: 'pod', c: 'binding' }, annotations: { x: 'y' } },
    spec: { nodeName: 'n' },
    status: {
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Other', status: 'True' },
      ],
    },
  })
  t.notOk('nominatedNodeName' in (body['status'] as object))
  const again = await server.send('POST', `${NAMESPACE}/pods/p/binding`, binding('p', { name: 'm' }))
  t.equal(again.body.message, 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n"')
})
