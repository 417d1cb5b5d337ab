import { test } from 'tap'
import { TestServer } from '../../testing/test-server.ts'

const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } }
const PODS = '/api/v1/namespaces/default/pods'
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'

test('evictions', async (t) => {
  // No controller makes the account that pods act as.
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  const pod = async (name: string, app: string, ready = 'True'): Promise<void> => {
    const spec = { containers: [{ name: 'a', image: 'b' }], nodeName: 'n' }
    await server.send('POST', PODS, { kind: 'Pod', apiVersion: 'v1', metadata: { name, labels: { app } }, spec })
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] }
    await server.send('PATCH', `${PODS}/${name}/status`, { status }, MERGE)
  }
  const budget = async (name: string, app: string, status: object): Promise<void> => {
    const spec = { minAvailable: 1, selector: { matchLabels: { app } } }
    await server.send('POST', BUDGETS, { kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', metadata: { name }, spec })
    await server.send('PATCH', `${BUDGETS}/${name}/status`, { status: { expectedPods: 2, ...status } }, MERGE)
  }
  const evict = (name: string, query = '', named = name) =>
    server.send('POST', `${PODS}/${name}/eviction${query}`, { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name: named } })

  await pod('free', 'free')
  for (const name of ['one', 'two', 'three']) await pod(name, 'counted')
  await pod('unready', 'unready', 'False')
  await pod('both', 'both')
  await budget('counted', 'counted', { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 1 })
  await budget('unready', 'unready', { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 })
  for (const name of ['b1', 'b2']) await budget(name, 'both', { observedGeneration: 1, disruptionsAllowed: 1 })

  t.equal((await evict('free', '', 'other')).status, 400)
  t.equal((await evict('free')).status, 201, 'no budget, no limit')
  t.equal((await evict('one', '?dryRun=All')).status, 201)
  t.equal((await evict('one')).status, 201, 'the dry run counted nothing')
  const refused = await evict('two')
  t.match(refused, { status: 429, body: { details: { causes: [{ reason: 'DisruptionBudget' }] } } })
  const left = await server.send('GET', `${BUDGETS}/counted`)
  t.match(left.body, { status: { disruptionsAllowed: 0, conditions: [{ type: 'DisruptionAllowed', status: 'False' }] } })
  t.equal((await evict('unready')).status, 201, 'a pod that is not ready takes nothing from a healthy budget')
  t.match(await evict('both'), { status: 500, body: { message: /more than one PodDisruptionBudget/ } })
  const gone = await server.send('GET', `${PODS}/one`)
  t.match(gone.body, { metadata: { deletionTimestamp: String }, status: { conditions: [{}, { type: 'DisruptionTarget' }] } })
})
