import { test } from 'tap'
import { at, listAt } from '../../apimachinery/kube-object.ts'
import { TestServer } from '../testing/test-server.ts'
import type { BootstrapParts } from './bootstrap-parts.ts'
import { rbacPolicy } from './rbac-policy.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const VIEW = `${RBAC}/clusterroles/system:aggregate-to-view`
const BASIC = `${RBAC}/clusterrolebindings/system:basic-user`

type Body = Record<string, unknown> & { metadata: Record<string, unknown> }

test('the roles and bindings every cluster starts with', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const { cluster } = server.server
  const parts: BootstrapParts = {
    storeOf: (group, plural) => cluster.storeOf(group, plural),
    write: cluster.parts.write,
    context: {
      user: { name: 'system:apiserver', groups: ['system:masters'] },
      clock: cluster.parts.clock,
      dryRun: false,
      version: 'v1',
      namespace: '',
      manager: 'kube-apiserver',
      byServer: true,
      newUuid: () => cluster.parts.write.random.uuid(),
      warn: () => undefined,
    },
  }
  /** As a server does once when it starts. */
  const startAgain = (): Promise<void> => rbacPolicy(parts, { check: '', ensure: async () => undefined }).ensure()
  const get = async (path: string): Promise<Body> => (await server.send('GET', path)).body
  const change = async (path: string, edit: (object: Body) => void): Promise<void> => {
    const object = await get(path)
    edit(object)
    t.equal((await server.send('PUT', path, object)).status, 200, path)
  }
  const versions = async (): Promise<unknown[]> => {
    const kinds = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']
    const lists = await Promise.all(kinds.map((kind) => get(`${RBAC}/${kind}`)))
    return lists.flatMap((list) => listAt(list, 'items').map((item) => at(item, 'metadata', 'resourceVersion')))
  }

  await t.test('are there with RBAC only', async (t) => {
    t.equal((await versions()).length, 0)
    await startAgain()
    t.equal((await versions()).length, 133)
  })

  await t.test('are written no second time', async (t) => {
    const before = await versions()
    await startAgain()
    t.same(await versions(), before)
  })

  await t.test('get back what is missing and keep what is more', async (t) => {
    const rules = listAt(await get(VIEW), 'rules')
    const extra = { verbs: ['get'], apiGroups: ['made'], resources: ['up'] }
    await change(VIEW, (role) => {
      role['rules'] = [extra, ...rules.slice(1)]
      role.metadata['labels'] = { mine: 'too' }
    })
    await change(BASIC, (binding) => {
      binding['subjects'] = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'me' }]
    })
    await startAgain()
    const role = await get(VIEW)
    t.match(role.metadata['labels'], {
      mine: 'too',
      'kubernetes.io/bootstrapping': 'rbac-defaults',
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
    })
    const after = listAt(role, 'rules')
    t.same(after.slice(0, rules.length), [extra, ...rules.slice(1)])
    t.ok(after.length > rules.length, 'the missing rule is added, one for each of its smallest parts')
    t.same(after.at(-1), { verbs: ['watch'], apiGroups: [''], resources: ['services/status'] })
    t.same(
      listAt(await get(BASIC), 'subjects').map((subject) => at(subject, 'name')),
      ['me', 'system:authenticated'],
    )
  })

  await t.test('are left alone where they say so', async (t) => {
    await change(VIEW, (role) => {
      role['rules'] = []
      role.metadata['annotations'] = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' }
    })
    const before = await versions()
    await startAgain()
    t.same(await versions(), before)
  })

  await t.test('are made anew where a binding gives another role, or is gone', async (t) => {
    const { metadata, subjects } = await get(BASIC)
    await server.send('DELETE', BASIC)
    const other = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'other' }
    const { uid: _, resourceVersion: __, ...kept } = metadata
    t.equal((await server.send('POST', `${RBAC}/clusterrolebindings`, { metadata: kept, subjects, roleRef: other })).status, 201)
    await server.send('DELETE', `${RBAC}/clusterroles/view`)
    await startAgain()
    t.match(await get(BASIC), { roleRef: { name: 'system:basic-user' }, subjects: [{ name: 'system:authenticated' }] })
    t.match(await get(`${RBAC}/clusterroles/view`), { rules: null, aggregationRule: { clusterRoleSelectors: [{}] } })
  })
})
