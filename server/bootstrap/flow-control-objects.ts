// The priority levels and flow schemas every server starts with, as data. Upstream: k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap.
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'

/** A bootstrap object's name and spec; `mandatory` ones cannot be changed by users. */
export interface FlowControlObject {
  name: string
  mandatory: boolean
  spec: ValueMap
}

interface Queues {
  queues: number
  handSize: number
}

const level = (name: string, shares: number, lendablePercent: number, queuing?: Queues): FlowControlObject => ({
  name,
  mandatory: queuing === undefined,
  spec: {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: shares,
      limitResponse: queuing ? { type: 'Queue', queuing: { ...queuing, queueLengthLimit: 50 } } : { type: 'Reject' },
      lendablePercent,
    },
  },
})

export const PRIORITY_LEVELS: readonly FlowControlObject[] = [
  level('system', 30, 33, { queues: 64, handSize: 6 }),
  level('node-high', 40, 25, { queues: 64, handSize: 6 }),
  level('leader-election', 10, 0, { queues: 16, handSize: 4 }),
  level('workload-high', 40, 50, { queues: 128, handSize: 6 }),
  level('workload-low', 100, 90, { queues: 128, handSize: 6 }),
  level('global-default', 20, 50, { queues: 128, handSize: 6 }),
  level('catch-all', 5, 0),
  { name: 'exempt', mandatory: true, spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } } },
]

const group = (name: string): ValueMap => ({ kind: 'Group', group: { name } })
const user = (name: string): ValueMap => ({ kind: 'User', user: { name } })
const accountsOf = (namespace: string): ValueMap => ({ kind: 'ServiceAccount', serviceAccount: { namespace, name: '*' } })
const everyone = [group('system:unauthenticated'), group('system:authenticated')]

const resources = (verbs: string[], apiGroups: string[], names: string[], clusterScope: boolean): ValueMap => ({
  verbs,
  apiGroups,
  resources: names,
  ...(clusterScope ? { clusterScope } : {}),
  namespaces: ['*'],
})

const everything = (subjects: Value[]): ValueMap => ({
  subjects,
  resourceRules: [resources(['*'], ['*'], ['*'], true)],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
})

const schema = (name: string, levelName: string, matchingPrecedence: number, distinguisher: string, rule: ValueMap): FlowControlObject => ({
  name,
  mandatory: name === 'exempt' || name === 'catch-all',
  spec: {
    priorityLevelConfiguration: { name: levelName },
    matchingPrecedence,
    ...(distinguisher === '' ? {} : { distinguisherMethod: { type: distinguisher } }),
    rules: [rule],
  },
})

const leases = (verbs: string[]): ValueMap => resources(verbs, ['coordination.k8s.io'], ['leases'], false)
const components = [user('system:kube-controller-manager'), user('system:kube-scheduler')]

export const FLOW_SCHEMAS: readonly FlowControlObject[] = [
  schema('system-nodes', 'system', 500, 'ByUser', everything([group('system:nodes')])),
  schema('system-node-high', 'node-high', 400, 'ByUser', {
    subjects: [group('system:nodes')],
    resourceRules: [resources(['*'], [''], ['nodes', 'nodes/status'], true), leases(['*'])],
  }),
  schema('probes', 'exempt', 2, '', {
    subjects: everyone,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema('system-leader-election', 'leader-election', 100, 'ByUser', {
    subjects: [...components, accountsOf('kube-system')],
    resourceRules: [leases(['get', 'create', 'update'])],
  }),
  ...components.map((component) => {
    const { name } = component['user'] as { name: string }
    return schema(name.replace('system:', ''), 'workload-high', 800, 'ByNamespace', everything([component]))
  }),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', everything([accountsOf('kube-system')])),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', everything([group('system:serviceaccounts')])),
  schema('global-default', 'global-default', 9900, 'ByUser', everything(everyone)),
  schema('catch-all', 'catch-all', 10_000, 'ByUser', everything(everyone)),
  schema('exempt', 'exempt', 1, '', everything([group('system:masters')])),
]
