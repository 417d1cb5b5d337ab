// Tokens of service accounts over HTTP: what they are bound to, what they say, and when they end.
import { test } from 'tap'
import { TestServer } from '../../testing/test-server.ts'

const namespace = '/api/v1/namespaces/default'
const tokens = `${namespace}/serviceaccounts/robot/token`

interface Reference {
  kind: string
  name: string
  apiVersion?: string
  uid?: string
}

const refusals: readonly [of: string, reference: Reference, code: number, message: string][] = [
  ['a pod that is not there', { kind: 'Pod', name: 'gone', apiVersion: 'v1' }, 404, 'pods "gone" not found'],
  ['a node that is not there', { kind: 'Node', name: 'gone', apiVersion: 'v1' }, 404, 'nodes "gone" not found'],
  [
    'a pod of another account',
    { kind: 'Pod', name: 'foreign', apiVersion: 'v1' },
    400,
    'cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.',
  ],
  [
    'a secret of another identity',
    { kind: 'Secret', name: 'anchor', apiVersion: 'v1', uid: 'x' },
    409,
    'Operation cannot be fulfilled on Secret "anchor": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated',
  ],
  [
    'a kind that nothing is bound to',
    { kind: 'Boat', name: 'x', apiVersion: 'v1' },
    400,
    'cannot bind token to object of type /v1, Kind=Boat',
  ],
]

test('tokens', async (t) => {
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount,TaintNodesByCondition')
  t.teardown(() => server.stop())
  const make = async (path: string, object: object) => (await server.send('POST', path, object)).body
  const pod = (name: string, serviceAccountName: string) => ({
    metadata: { name },
    spec: { serviceAccountName, nodeName: 'berth', containers: [{ name: 'c', image: 'i' }] },
  })
  const account = await make(`${namespace}/serviceaccounts`, { metadata: { name: 'robot' } })
  await make('/api/v1/nodes', { metadata: { name: 'berth' } })
  await make(`${namespace}/pods`, pod('own', 'robot'))
  await make(`${namespace}/pods`, pod('foreign', 'default'))
  await make(`${namespace}/secrets`, { metadata: { name: 'anchor' } })
  const ask = (boundObjectRef?: Reference, spec: object = {}) =>
    server.send('POST', tokens, { spec: { ...spec, ...(boundObjectRef ? { boundObjectRef } : {}) } })
  const tokenOf = ({ body }: Awaited<ReturnType<typeof ask>>): string => (body['status'] as { token: string }).token
  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
  const codeWith = async (token: string): Promise<number> =>
    (await server.send('GET', '/api', undefined, { as: 'none', headers: { authorization: `Bearer ${token}` } })).status

  await t.test('the answer carries what the account is called and its identity', async (t) => {
    const { body } = await ask()
    t.match(body.metadata, { name: 'robot', namespace: 'default', uid: account.metadata['uid'] })
  })

  for (const [of, reference, code, message] of refusals)
    await t.test(`no token for ${of}`, async (t) => {
      const { status, body } = await ask(reference)
      t.equal(status, code)
      t.equal(body.message, message)
    })

  await t.test('a token of a pod names its node, and ends with the pod', async (t) => {
    const token = tokenOf(await ask({ kind: 'Pod', name: 'own', apiVersion: 'v1' }))
    t.match(claimsOf(token)['kubernetes.io'], { pod: { name: 'own' }, node: { name: 'berth' } })
    t.equal(await codeWith(token), 200)
    await server.send('DELETE', `${namespace}/pods/own?gracePeriodSeconds=0`)
    t.equal(await codeWith(token), 401)
  })

  await t.test('a token of a secret ends with the secret', async (t) => {
    const token = tokenOf(await ask({ kind: 'Secret', name: 'anchor', apiVersion: 'v1' }))
    t.equal(await codeWith(token), 200)
    await server.send('DELETE', `${namespace}/secrets/anchor`)
    t.equal(await codeWith(token), 401)
  })

  await t.test('what kubelets ask for is good for a year, though they are told less', async (t) => {
    await make(`${namespace}/pods`, pod('own', 'robot'))
    const answer = await ask({ kind: 'Pod', name: 'own', apiVersion: 'v1' }, { expirationSeconds: 3607 })
    const claims = claimsOf(tokenOf(answer)) as { iat: number; exp: number; 'kubernetes.io': { warnafter: number } }
    t.equal(claims.exp - claims.iat, 365 * 24 * 3600)
    t.equal(claims['kubernetes.io'].warnafter - claims.iat, 3607)
    t.match(answer.body['spec'], { expirationSeconds: 3607 })
  })

  await t.test('a request that speaks of another account is refused', async (t) => {
    const { body } = await server.send('POST', tokens, { metadata: { name: 'other' }, spec: {} })
    t.equal(
      body.message,
      'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
    )
  })
})
