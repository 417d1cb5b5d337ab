// Cluster roles that others are put together into: the first ones and our own.
import { at, listAt } from '../../apimachinery/kube-object.ts'
import { type Cluster, clusterRoles, type Findings, managersOf } from './cluster.ts'

const rule = (resource: string, ...verbs: string[]): object => ({ apiGroups: [''], resources: [resource], verbs })

export const roleCases = async (cluster: Cluster): Promise<Findings> => {
  const { client, run } = cluster
  const findings: Findings = {}
  const rulesOf = async (name: string): Promise<unknown[]> => listAt(await client.get(clusterRoles, { name }), 'rules')
  // They are put together in steps: some are parts of others.
  for (const name of ['admin', 'edit', 'view']) {
    await cluster.until(`the rules of ${name}`, async () => (await rulesOf(name)).length > 0)
    findings[`rules of ${name}`] = await cluster.settled(() => rulesOf(name))
  }
  const label = `components.example.com/${run}`
  const make = (name: string, labels: object, rules: object[]): Promise<unknown> =>
    client.create(clusterRoles, { metadata: { name: `${name}-${run}`, labels }, rules })
  await make('b-reads', { [label]: 'reads' }, [rule('pods', 'get'), rule('services', 'get')])
  await make('a-reads', { [label]: 'reads' }, [rule('services', 'get'), rule('nodes', 'get')])
  await make('writes', { [label]: 'writes' }, [rule('pods', 'update')])
  await make('other', {}, [rule('secrets', 'get')])
  const clusterRoleSelectors = [
    { matchLabels: { [label]: 'writes' } },
    { matchExpressions: [{ key: label, operator: 'In', values: ['reads', 'writes'] }] },
  ]
  const name = `sum-${run}`
  await client.create(clusterRoles, { metadata: { name }, aggregationRule: { clusterRoleSelectors } })
  const record = async (when: string): Promise<void> => {
    findings[`rules of a sum, ${when}`] = await cluster.settled(() => rulesOf(name))
  }
  await record('at first')
  await client.patch(clusterRoles, { name: `a-reads-${run}` }, { rules: [rule('nodes', 'list')] }, { type: 'merge' })
  await client.delete(clusterRoles, { name: `writes-${run}` })
  await record('after changes')
  await client.patch(clusterRoles, { name }, { rules: [rule('secrets', '*')] }, { type: 'merge' })
  await record('after its own rules were changed')
  const sum = await client.get(clusterRoles, { name })
  findings['selectors'] = listAt(at(sum, 'aggregationRule'), 'clusterRoleSelectors').length
  findings['managers of a sum'] = managersOf(sum)
  return findings
}
