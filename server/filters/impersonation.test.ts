import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

test('acting as someone else', async (t) => {
  const server = await TestServer.start('--authorization-mode=RBAC')
  t.teardown(() => server.stop())
  const whoAmI = async (headers: Record<string, string>): Promise<{ status: number; user: unknown; message: string }> => {
    // The administrator asks as themself whether they may, then the review is the other's: only masters may review here.
    const { status, body } = await server.send('POST', REVIEW, {}, { headers })
    return { status, user: (body['status'] as { userInfo?: unknown }).userInfo, message: body.message }
  }

  await t.test('the request belongs to whom it acts for, groups, uid and extra included', async (t) => {
    const headers = {
      'impersonate-user': 'jane',
      'impersonate-group': 'system:masters',
      'impersonate-uid': '7',
      'impersonate-extra-scopes': 'a,b',
    }
    t.match(await whoAmI(headers), {
      status: 201,
      user: { username: 'jane', uid: '7', groups: ['system:masters', 'system:authenticated'], extra: { scopes: ['a,b'] } },
    })
  })

  await t.test('without rights of their own they have none', async (t) => {
    const refused = await server.send('GET', '/api/v1/namespaces', undefined, { headers: { 'impersonate-user': 'jane' } })
    t.match(refused, {
      status: 403,
      body: { message: /User "jane" cannot list resource "namespaces" in API group "" at the cluster scope/ },
    })
  })

  await t.test('groups without a user are refused', async (t) => {
    const refused = await server.send('GET', '/api/v1/namespaces', undefined, { headers: { 'impersonate-group': 'x' } })
    t.match(refused, {
      status: 400,
      body: {
        message:
          'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"x"}, Extra:map[string][]string(nil)} without impersonating a user name',
      },
    })
  })
})
