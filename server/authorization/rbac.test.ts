import { test } from 'tap'
import { type AuthorizationAttributes, decide, userRules } from './authorizer.ts'
import { alwaysDeny, node } from './built-in.ts'
import { escalation, rbac } from './rbac.ts'
import { type PolicyKind, type PolicyObjects, RbacPolicy } from './rbac-policy.ts'

interface Named {
  metadata: { name: string; namespace?: string }
  [member: string]: unknown
}

/** The four kinds as a cluster would hold them. */
class Objects implements PolicyObjects {
  readonly #objects = new Map<PolicyKind, Named[]>()
  readonly #listeners = new Map<PolicyKind, (namespace: string, name: string) => void>()
  reads = 0

  put(kind: PolicyKind, object: Named): void {
    const { name, namespace = '' } = object.metadata
    this.remove(kind, namespace, name)
    this.#objects.set(kind, [...(this.#objects.get(kind) ?? []), object])
    this.#listeners.get(kind)?.(namespace, name)
  }

  remove(kind: PolicyKind, namespace: string, name: string): void {
    const kept = (this.#objects.get(kind) ?? []).filter(
      ({ metadata }) => metadata.name !== name || (metadata.namespace ?? '') !== namespace,
    )
    this.#objects.set(kind, kept)
    this.#listeners.get(kind)?.(namespace, name)
  }

  get(kind: PolicyKind, namespace: string, name: string): unknown {
    this.reads++
    return this.#objects.get(kind)?.find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace)
  }

  list(kind: PolicyKind, namespace: string): { name: string; object: unknown }[] {
    this.reads++
    const found = (this.#objects.get(kind) ?? []).filter(({ metadata }) => (metadata.namespace ?? '') === namespace)
    return found.map((object) => ({ name: object.metadata.name, object }))
  }

  listen(kind: PolicyKind, changed: (namespace: string, name: string) => void): void {
    this.#listeners.set(kind, changed)
  }
}

const clusterRole = (name: string, ...rules: object[]): Named => ({ metadata: { name }, rules })
const role = (namespace: string, name: string, ...rules: object[]): Named => ({ metadata: { name, namespace }, rules })
const binding = (name: string, namespace: string, kind: string, roleName: string, ...subjects: object[]): Named => ({
  metadata: namespace === '' ? { name } : { name, namespace },
  roleRef: { kind, name: roleName },
  subjects,
})

const user = (name: string, ...groups: string[]): { name: string; groups: string[] } => ({ name, groups })
const asking = (who: { name: string; groups: string[] }, verb: string, what: string, more: object = {}): AuthorizationAttributes => {
  const [resource = '', ...rest] = what.startsWith('/') ? [] : what.split('/')
  return {
    user: who,
    verb,
    isResource: resource !== '',
    group: '',
    version: 'v1',
    resource,
    subresource: rest.join('/'),
    namespace: '',
    name: '',
    path: what,
    ...more,
  }
}

const reading = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }

test('a rule allows what it names', async (t) => {
  const cases: [rule: object, verb: string, what: string, more: object, allowed: boolean][] = [
    [reading, 'get', 'pods', {}, true],
    [reading, 'get', 'pods/log', {}, true],
    [reading, 'get', 'pods/exec', {}, false],
    [reading, 'watch', 'pods', {}, false],
    [reading, 'get', 'pods', { group: 'apps' }, false],
    [{ ...reading, resources: ['*'] }, 'get', 'pods/exec', {}, true],
    [{ ...reading, resources: ['*/scale'] }, 'get', 'widgets/scale', {}, true],
    [{ ...reading, resources: ['*/scale'] }, 'get', 'widgets/upscale', {}, false],
    [{ ...reading, resources: ['pods/*'] }, 'get', 'pods/log', {}, false],
    [{ ...reading, resourceNames: ['a'] }, 'get', 'pods', { name: 'a' }, true],
    [{ ...reading, resourceNames: ['a'] }, 'list', 'pods', {}, false],
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, 'get', '/healthz', {}, false],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }, 'get', '/healthz/etcd', {}, false],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, 'get', '/healthz/etcd', {}, true],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz**'] }, 'get', '/healthz', {}, true],
    [{ verbs: ['get'], nonResourceURLs: ['/a*c'] }, 'get', '/abc', {}, false],
    [{ verbs: ['get'], nonResourceURLs: ['*'] }, 'get', '/abc', {}, true],
  ]
  for (const [rule, verb, what, more, allowed] of cases) {
    const objects = new Objects()
    objects.put('clusterroles', clusterRole('r', rule))
    objects.put('clusterrolebindings', binding('b', '', 'ClusterRole', 'r', { kind: 'User', name: 'alice' }))
    const { decision } = await decide([rbac(new RbacPolicy(objects))], asking(user('alice'), verb, what, more))
    t.equal(decision, allowed ? 'Allow' : 'NoOpinion', `${JSON.stringify(rule)} ${verb} ${what} ${JSON.stringify(more)}`)
  }
})

test('the reason names the binding, the role and the first subject that applies', async (t) => {
  const objects = new Objects()
  objects.put('clusterroles', clusterRole('view', reading))
  objects.put('roles', role('north', 'own', reading))
  const subjects = [
    { kind: 'ServiceAccount', name: 'robot' },
    { kind: 'Group', name: 'devs' },
    { kind: 'User', name: 'alice' },
  ]
  objects.put('rolebindings', binding('b', 'north', 'Role', 'own', ...subjects))
  objects.put('clusterrolebindings', binding('c', '', 'ClusterRole', 'view', { kind: 'User', name: 'carol "c"' }))
  const authorizer = rbac(new RbacPolicy(objects))
  const cases: [who: { name: string; groups: string[] }, reason: string][] = [
    [user('alice'), 'RBAC: allowed by RoleBinding "b/north" of Role "own" to User "alice"'],
    [user('alice', 'x', 'devs'), 'RBAC: allowed by RoleBinding "b/north" of Role "own" to Group "devs"'],
    [
      user('system:serviceaccount:north:robot', 'devs'),
      'RBAC: allowed by RoleBinding "b/north" of Role "own" to ServiceAccount "robot/north"',
    ],
    [user('carol "c"'), 'RBAC: allowed by ClusterRoleBinding "c" of ClusterRole "view" to User "carol \\"c\\""'],
    [user('system:serviceaccount:south:robot'), ''],
  ]
  for (const [who, reason] of cases)
    t.equal((await authorizer.authorize(asking(who, 'get', 'pods', { namespace: 'north' }))).reason, reason)
  t.equal((await authorizer.authorize(asking(user('alice'), 'get', 'pods', { namespace: 'south' }))).decision, 'NoOpinion')
  t.equal((await authorizer.authorize(asking(user('alice'), 'get', 'pods'))).decision, 'NoOpinion')
})

test('roles that are not there are told where nothing else allows', async (t) => {
  const objects = new Objects()
  const alice = { kind: 'User', name: 'alice' }
  objects.put('clusterrolebindings', binding('a', '', 'ClusterRole', 'gone', alice))
  objects.put('clusterrolebindings', binding('b', '', 'ClusterRole', 'gone', alice))
  objects.put('rolebindings', binding('c', 'north', 'Role', 'lost', alice))
  const policy = new RbacPolicy(objects)
  const authorizers = [node, alwaysDeny, rbac(policy)]
  const who = user('alice')
  const one = 'clusterrole.rbac.authorization.k8s.io "gone" not found'
  const both = `[${one}, role.rbac.authorization.k8s.io "lost" not found]`
  t.equal((await decide(authorizers, asking(who, 'get', 'pods'))).reason, `Everything is forbidden.\nRBAC: ${one}`)
  t.equal((await decide(authorizers, asking(who, 'get', 'pods', { namespace: 'north' }))).reason, `Everything is forbidden.\nRBAC: ${both}`)
  t.match(userRules(authorizers, who, 'north'), { resourceRules: [], incomplete: false, error: both })
  objects.put('clusterroles', clusterRole('gone', reading))
  t.equal((await decide(authorizers, asking(who, 'get', 'pods'))).decision, 'Allow')
})

test('every change counts from the next question on, and nothing is read between changes', async (t) => {
  const objects = new Objects()
  const policy = new RbacPolicy(objects)
  const authorizer = rbac(policy)
  const [alice, bob] = [user('alice'), user('bob')]
  const may = async (who: { name: string; groups: string[] }): Promise<boolean> =>
    (await authorizer.authorize(asking(who, 'get', 'pods', { namespace: 'north' }))).decision === 'Allow'
  const expect = async (what: string, ofAlice: boolean, ofBob: boolean): Promise<void> => {
    t.same([await may(alice), await may(bob)], [ofAlice, ofBob], what)
  }
  await expect('nothing there', false, false)
  objects.put('rolebindings', binding('b', 'north', 'Role', 'own', { kind: 'User', name: 'alice' }))
  await expect('a binding without its role', false, false)
  objects.put('roles', role('north', 'own', reading))
  await expect('its role', true, false)
  const before = objects.reads
  await expect('again', true, false)
  t.equal(objects.reads, before)
  objects.put('rolebindings', binding('b', 'north', 'Role', 'own', { kind: 'User', name: 'bob' }))
  await expect('another subject', false, true)
  objects.put('roles', role('north', 'own'))
  await expect('no rules', false, false)
  objects.put('roles', role('north', 'own', reading))
  objects.remove('rolebindings', 'north', 'b')
  await expect('no binding', false, false)
  objects.put('clusterroles', clusterRole('all', reading))
  objects.put('clusterrolebindings', binding('c', '', 'ClusterRole', 'all', { kind: 'User', name: 'alice' }))
  await expect('in the whole cluster', true, false)
  objects.remove('clusterroles', '', 'all')
  await expect('the role gone', false, false)
})

test('what a user lacks of rules is told in its smallest parts, verbs of one resource together', async (t) => {
  const objects = new Objects()
  const held = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', '*/scale'] }
  objects.put('clusterroles', clusterRole('r', held, { verbs: ['get'], nonResourceURLs: ['/logs/*'] }))
  objects.put('clusterrolebindings', binding('b', '', 'ClusterRole', 'r', { kind: 'User', name: 'alice' }))
  const policy = new RbacPolicy(objects)
  const rule = (more: object) => ({ verbs: ['get'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [], ...more })
  const cases: [rules: ReturnType<typeof rule>[], missing: string | undefined][] = [
    [[rule({ apiGroups: [''], resources: ['pods'] })], undefined],
    [[rule({ apiGroups: [''], resources: ['pods'], resourceNames: ['a'] })], undefined],
    [[rule({ apiGroups: [''], resources: ['widgets/scale'] })], undefined],
    [[rule({ nonResourceURLs: ['/logs/x'] })], undefined],
    [[rule({ nonResourceURLs: ['/logs'] })], '{NonResourceURLs:["/logs"], Verbs:["get"]}'],
    [[rule({ apiGroups: [''], resources: ['*'] })], '{APIGroups:[""], Resources:["*"], Verbs:["get"]}'],
    [
      [rule({ verbs: ['update', 'get', 'watch'], apiGroups: [''], resources: ['secrets', 'pods'], resourceNames: ['a'] })],
      '{APIGroups:[""], Resources:["pods"], ResourceNames:["a"], Verbs:["update" "watch"]}\n{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["update" "get" "watch"]}',
    ],
  ]
  const told = 'user "alice" (groups=["g" "h"]) is attempting to grant RBAC permissions not currently held:\n'
  for (const [rules, missing] of cases)
    t.equal(escalation(policy, user('alice', 'g', 'h'), '', rules, 'roles'), missing === undefined ? undefined : told + missing)
})
