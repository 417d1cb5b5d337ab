// RBAC on ours and on the real kube-apiserver: the objects every cluster starts with, byte for byte; then, over seeded random roles and
// bindings, the same decision and reason for every question, the same list of rules for every user, the same answer to every attempt to
// hand out rights. The real one visits bindings in no order; where several give a right it names any of them, so it is asked again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Answer, HttpRequest } from '../differential/http-client.ts'
import { type JsonObject, objectAt, textAt, valueAt } from '../differential/json-value.ts'
import { SeededRandom } from '../differential/seeded-random.ts'
import { type BothServers, type RunningServer, withBoth } from '../differential/server-process.ts'
import { randomAttempts, writersPolicy } from './attempts.ts'
import { randomQuestions, randomSubject } from './questions.ts'
import { GROUP, NAMESPACES, type Policy, pathOf, randomPolicy } from './random-policy.ts'

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    questions: { type: 'string', default: '2400' },
    attempts: { type: 'string', default: '400' },
    sources: { type: 'boolean', default: false },
  },
})

const REVIEWS = '/apis/authorization.k8s.io/v1'
const KINDS = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']
const AT_ONCE = 8
/**
 * How often the real one is asked again before its reason counts as another. It walks a hash table from a slot drawn by chance: a binding
 * that stands right behind another one is named once in as many tries as the table has slots, which is 256 or 512 for these policies.
 */
const AGAIN = 6000
/** Its caches may lag besides: every so many tries it gets a moment. */
const MOMENT_EVERY = 60
const MOMENT_MS = 20
/** How often the real one's caches are asked whether they have what was written last. */
const SIGHTINGS = 200

const patience = async (tries: number): Promise<void> => {
  if (tries % MOMENT_EVERY === MOMENT_EVERY - 1) await sleep(MOMENT_MS)
}

interface Tally {
  passed: number
  failed: number
}

const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

const post = (path: string, body: JsonObject): HttpRequest => ({ method: 'POST', path, body: JSON.stringify(body) })

const note = (tally: Tally, equal: boolean, about: () => string): void => {
  if (equal) tally.passed++
  else {
    tally.failed++
    console.log(about())
  }
}

/** Objects without what differs between any two servers. */
const comparable = (answer: Answer): string[] =>
  ((answer.json as { items?: JsonObject[] })?.items ?? []).map((item) => {
    const { uid: _, resourceVersion: __, creationTimestamp: ___, ...metadata } = objectAt(item, 'metadata')
    const managed = (metadata['managedFields'] as JsonObject[] | undefined)?.map(({ time: ____, ...entry }) => entry)
    return JSON.stringify({ ...item, metadata: { ...metadata, managedFields: managed } })
  })

const compareBootstrap = async ({ real, ours }: BothServers): Promise<Tally> => {
  const tally = { passed: 0, failed: 0 }
  for (const kind of KINDS) {
    const request = { method: 'GET', path: `/apis/${GROUP}/v1/${kind}` }
    const [wanted, given] = [comparable(await real.client.send(request)), comparable(await ours.client.send(request))]
    for (let index = 0; index < Math.max(wanted.length, given.length); index++)
      note(tally, wanted[index] === given[index], () => `${kind}\n  real: ${wanted[index]}\n  ours: ${given[index]}`)
  }
  return tally
}

/** Who is bound to which rules to begin with. */
const bootstrapRules = async ({ real }: BothServers): Promise<{ subject: JsonObject; rule: JsonObject }[]> => {
  const itemsOf = async (kind: string): Promise<JsonObject[]> =>
    ((await real.client.send({ method: 'GET', path: `/apis/${GROUP}/v1/${kind}` })).json as { items: JsonObject[] }).items
  const rules = new Map(
    (await itemsOf('clusterroles')).map((role) => [textAt(role, 'metadata', 'name'), role['rules'] as JsonObject[] | null]),
  )
  return (await itemsOf('clusterrolebindings')).flatMap((binding) =>
    ((binding['subjects'] as JsonObject[] | undefined) ?? []).flatMap((subject) =>
      (rules.get(textAt(binding, 'roleRef', 'name')) ?? []).map((rule) => ({ subject, rule })),
    ),
  )
}

const make = async (server: RunningServer, object: JsonObject): Promise<void> => {
  const answer = await server.client.send(post(object['kind'] === 'Namespace' ? '/api/v1/namespaces' : pathOf(object), object))
  if (answer.code !== 201 && answer.code !== 409) throw new Error(`${server.name}: ${answer.code} ${answer.text}`)
}

/** A right that is there once what was written before it is seen by the real one's caches. */
const sentinels = (): JsonObject[] => {
  const rules = [{ verbs: ['see'], apiGroups: ['sentinel'], resources: ['all'] }]
  const subjects = [{ kind: 'User', apiGroup: GROUP, name: 'sentinel' }]
  const apiVersion = `${GROUP}/v1`
  const inSouth = { name: 'zz-sentinel', namespace: 'south' }
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name: 'zz-sentinel' }, rules },
    { apiVersion, kind: 'Role', metadata: inSouth, rules: [{ ...rules[0], verbs: ['look'] }] },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'zz-sentinel' },
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'zz-sentinel' },
      subjects,
    },
    { apiVersion, kind: 'RoleBinding', metadata: inSouth, roleRef: { apiGroup: GROUP, kind: 'Role', name: 'zz-sentinel' }, subjects },
  ]
}

const statusOf = async (server: RunningServer, spec: JsonObject): Promise<JsonObject> => {
  const answer = await server.client.send(post(`${REVIEWS}/subjectaccessreviews`, { spec }))
  if (answer.code !== 201) return { code: answer.code, text: answer.text }
  return objectAt(answer.json, 'status')
}

const untilSeen = async ({ real }: BothServers): Promise<void> => {
  for (const verb of ['see', 'look']) {
    const spec = { user: 'sentinel', resourceAttributes: { verb, group: 'sentinel', resource: 'all', namespace: 'south' } }
    let seen = false
    for (let round = 0; round < SIGHTINGS && !seen; round++) seen = (await statusOf(real, spec))['allowed'] === true
    if (!seen) throw new Error('the real server does not see what was written')
  }
}

const writePolicy = async (servers: BothServers, policy: Policy): Promise<void> => {
  const namespaces = NAMESPACES.map((name) => ({ kind: 'Namespace', apiVersion: 'v1', metadata: { name } }))
  const first = [...writersPolicy(), ...policy.clusterRoles, ...policy.roles, ...policy.clusterRoleBindings, ...policy.roleBindings]
  for (const server of [servers.real, servers.ours]) {
    for (const namespace of namespaces) await make(server, namespace)
    await inParallel(first, (object) => make(server, object))
    for (const object of sentinels()) await make(server, object)
  }
  await untilSeen(servers)
}

/** Roles that were not there, told in an order of their own: the real one has none. */
const inOrder = (text: string): string =>
  text.replaceAll(/\[([^[\]]+ not found)\]/g, (_, errors: string) => `[${errors.split(', ').sort().join(', ')}]`)

const sameStatus = (a: JsonObject, b: JsonObject): boolean => inOrder(JSON.stringify(a)) === inOrder(JSON.stringify(b))

const askQuestions = async (servers: BothServers, policy: Policy, random: SeededRandom): Promise<Tally & { allowed: number }> => {
  const tally = { passed: 0, failed: 0, allowed: 0 }
  const questions = randomQuestions(random, policy, await bootstrapRules(servers), Number(options.questions))
  await inParallel(questions, async (spec) => {
    const given = await statusOf(servers.ours, spec)
    let wanted = await statusOf(servers.real, spec)
    for (let again = 0; again < AGAIN && !sameStatus(wanted, given) && wanted['allowed'] === given['allowed']; again++) {
      await patience(again)
      wanted = await statusOf(servers.real, spec)
    }
    if (wanted['allowed'] === true) tally.allowed++
    note(
      tally,
      sameStatus(wanted, given),
      () => `${JSON.stringify(spec)}\n  real: ${JSON.stringify(wanted)}\n  ours: ${JSON.stringify(given)}`,
    )
  })
  return tally
}

/** Rules in an order of their own, since the real one has none, and errors the same way. */
const rulesStatus = (answer: Answer): string => {
  const status = objectAt(answer.json, 'status')
  const sorted = (name: string): string[] => ((status[name] as JsonObject[] | undefined) ?? []).map((rule) => JSON.stringify(rule)).sort()
  const error = textAt(status, 'evaluationError').replaceAll(/[[\]]/g, '').split(', ').sort()
  return JSON.stringify([answer.code, sorted('resourceRules'), sorted('nonResourceRules'), status['incomplete'] ?? false, error])
}

const compareRules = async ({ real, ours }: BothServers, random: SeededRandom): Promise<Tally> => {
  const tally = { passed: 0, failed: 0 }
  const askers = Array.from({ length: 60 }, () => ({ ...randomSubject(random), namespace: random.pick(NAMESPACES) }))
  await inParallel(askers, async ({ user, groups, namespace }) => {
    const headers = { 'impersonate-user': user, ...(groups.length > 0 ? { 'impersonate-group': groups } : {}) }
    const request = { ...post(`${REVIEWS}/selfsubjectrulesreviews`, { spec: { namespace } }), headers }
    const [wanted, given] = [rulesStatus(await real.client.send(request)), rulesStatus(await ours.client.send(request))]
    note(tally, wanted === given, () => `rules of ${user} ${groups} in ${namespace}\n  real: ${wanted}\n  ours: ${given}`)
  })
  return tally
}

const outcome = ({ code, json }: Answer): string =>
  code < 300 ? String(code) : JSON.stringify([code, inOrder(textAt(json, 'message')), textAt(json, 'reason'), valueAt(json, 'details')])

const compareAttempts = async ({ real, ours }: BothServers, random: SeededRandom): Promise<Tally & { refused: number }> => {
  const tally = { passed: 0, failed: 0, refused: 0 }
  await inParallel(randomAttempts(random, Number(options.attempts)), async ({ method, path, body, headers }) => {
    const request = { method, path, body: JSON.stringify(body), headers }
    const given = outcome(await ours.client.send(request))
    let wanted = outcome(await real.client.send(request))
    for (let again = 0; again < AGAIN && wanted !== given && wanted.length === given.length; again++) {
      await patience(again)
      wanted = outcome(await real.client.send(request))
    }
    if (wanted.length > 3) tally.refused++
    note(
      tally,
      wanted === given,
      () => `${method} ${path} ${JSON.stringify(headers)} ${JSON.stringify(body)}\n  real: ${wanted}\n  ours: ${given}`,
    )
  })
  return tally
}

const compare = async (servers: BothServers): Promise<number> => {
  const random = new SeededRandom(Number(options.seed))
  const bootstrap = await compareBootstrap(servers)
  const policy = randomPolicy(random)
  await writePolicy(servers, policy)
  const questions = await askQuestions(servers, policy, random)
  const rules = await compareRules(servers, random)
  const attempts = await compareAttempts(servers, random)
  console.log(`bootstrap objects: ${bootstrap.passed} equal, ${bootstrap.failed} different`)
  console.log(`questions: ${questions.passed} answered alike (${questions.allowed} allowed), ${questions.failed} not`)
  console.log(`lists of rules: ${rules.passed} alike, ${rules.failed} not`)
  console.log(`attempts to hand out rights: ${attempts.passed} answered alike (${attempts.refused} refused), ${attempts.failed} not`)
  const all = [bootstrap, questions, rules, attempts]
  const [passed, failed] = [all.reduce((sum, tally) => sum + tally.passed, 0), all.reduce((sum, tally) => sum + tally.failed, 0)]
  console.log(`rbac, seed ${options.seed}: ${passed} passed, ${failed} failed`)
  return bootstrap.passed > 100 && questions.allowed > questions.passed / 10 ? failed : failed + 1
}

const folder = mkdtempSync(join(tmpdir(), 'dinghy-rbac-'))
try {
  process.exitCode = (await withBoth({ folder, fromSources: options.sources }, compare)) > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
