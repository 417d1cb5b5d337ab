import jwt from 'jsonwebtoken'
import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const NAMESPACE = '/api/v1/namespaces/default'
const SECRET = `${NAMESPACE}/secrets/token`
const PREFIX = 'kubernetes.io/serviceaccount'

test('tokens that stand in secrets', async (t) => {
  const server = await TestServer.start('--authorization-mode=AlwaysAllow', '--anonymous-auth=false')
  t.teardown(() => server.stop())
  const account = (await server.send('POST', `${NAMESPACE}/serviceaccounts`, { metadata: { name: 'sailor' } })).body
  const { uid = '' } = account.metadata as { uid?: string }
  const claims = {
    iss: 'kubernetes/serviceaccount',
    sub: 'system:serviceaccount:default:sailor',
    [`${PREFIX}/namespace`]: 'default',
    [`${PREFIX}/secret.name`]: 'token',
    [`${PREFIX}/service-account.name`]: 'sailor',
    [`${PREFIX}/service-account.uid`]: uid,
  }
  const signed = (changes: object): string =>
    jwt.sign({ ...claims, ...changes }, server.server.certificates.signingKey, { noTimestamp: true, algorithm: 'ES256' })
  const annotations = { 'kubernetes.io/service-account.name': 'sailor' }
  const secret = (token: string): object => ({
    type: 'kubernetes.io/service-account-token',
    metadata: { name: 'token', annotations },
    data: { token: Buffer.from(token).toString('base64') },
  })
  const whoAmI = async (token: string) => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const { status, body } = await server.send('POST', path, {}, { headers: { authorization: `Bearer ${token}` }, as: 'none' })
    return { status, user: (body.status as { userInfo?: unknown } | undefined)?.userInfo }
  }
  const label = async (changes: object): Promise<void> =>
    void (await server.send(
      'PATCH',
      SECRET,
      { metadata: { labels: changes } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    ))

  const token = signed({})
  await t.test('one whose secret is not there is nobody’s', async (t) => t.equal((await whoAmI(token)).status, 401))
  await server.send('POST', `${NAMESPACE}/secrets`, secret(token))
  await t.test('one that its secret holds is its account’s', async (t) =>
    t.match(await whoAmI(token), {
      status: 201,
      user: { username: claims.sub, uid, groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] },
    }),
  )
  await t.test('its secret says when it was used last', async (t) => {
    const { body } = await server.send('GET', SECRET)
    t.match((body.metadata as { labels?: unknown }).labels, { 'kubernetes.io/legacy-token-last-used': /^\d{4}-\d\d-\d\d$/ })
  })
  await t.test('another that says the same but is not the secret’s is refused', async (t) =>
    t.equal((await whoAmI(signed({ extra: 1 }))).status, 401),
  )
  await t.test('one that says nothing readable is refused', async (t) => {
    const [head = ''] = token.split('.')
    t.equal((await whoAmI(`${head}.${Buffer.from('{').toString('base64url')}.x`)).status, 401)
  })
  await t.test('one of another account than it says is refused', async (t) =>
    t.equal((await whoAmI(signed({ sub: 'system:serviceaccount:default:captain' }))).status, 401),
  )
  await t.test('one marked invalid is refused until the mark is taken away', async (t) => {
    await label({ 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' })
    t.equal((await whoAmI(token)).status, 401)
    await label({ 'kubernetes.io/legacy-token-invalid-since': null })
    t.equal((await whoAmI(token)).status, 201)
  })
  await t.test('it ends with its account', async (t) => {
    await server.send('DELETE', `${NAMESPACE}/serviceaccounts/sailor`)
    t.equal((await whoAmI(token)).status, 401)
  })
})
