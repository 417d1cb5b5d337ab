import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import type { KindServices } from '../kind-services.ts'
import { reserveForService } from './service-allocation.ts'

const port = { port: 80, protocol: 'TCP', targetPort: 80 }
const defaults = { type: 'ClusterIP', ports: [port], sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' }
const balancer = { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true }

const service = (spec: object): KubeObject =>
  structuredClone({ metadata: { name: 'web', namespace: 'default' }, spec: { ...defaults, ...spec } }) as unknown as KubeObject

const pools = {
  serviceAddresses: {
    families: () => ['IPv4'],
    allocate: (_family: string, wanted: string) => Promise.resolve(wanted || '10.0.0.9'),
    release: () => Promise.resolve(),
  },
  nodePorts: { allocate: (wanted: number) => Promise.resolve(wanted || 30009), release: () => Promise.resolve() },
} as unknown as KindServices

/** The service after what it needs was taken, on a cluster with IPv4 alone. */
const begun = async (after: KubeObject, before?: KubeObject): Promise<KubeObject> => {
  await reserveForService(pools)(after, before, { dryRun: false } as WriteContext)
  return after
}

const filled: readonly [given: object, families: string[] | undefined, policy: string | undefined][] = [
  [{}, ['IPv4'], 'SingleStack'],
  [{ ipFamilyPolicy: 'PreferDualStack' }, ['IPv4'], 'PreferDualStack'],
  [{ clusterIP: 'None' }, ['IPv4', 'IPv6'], 'RequireDualStack'],
  [{ clusterIP: 'None', selector: { a: 'b' } }, ['IPv4'], 'SingleStack'],
  [{ clusterIP: 'None', ipFamilies: ['IPv6'] }, ['IPv6', 'IPv4'], 'RequireDualStack'],
  [{ type: 'ExternalName' }, undefined, undefined],
]

for (const [given, families, policy] of filled)
  test(`a service with ${JSON.stringify(given)} gets ${policy ?? 'no policy'}`, async (t) => {
    const created = await begun(service(given))
    t.match(created['spec'], { ipFamilies: families, ipFamilyPolicy: policy })
  })

const refused: readonly [given: object, message: string][] = [
  [
    { ipFamilyPolicy: 'RequireDualStack' },
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
  [{ ipFamilies: ['IPv6'] }, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  [{ clusterIP: '::1' }, 'spec.clusterIPs[0]: Invalid value: ["::1"]: IPv6 is not configured on this cluster'],
  [
    { ipFamilies: ['IPv4', 'IPv6'] },
    `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
  ],
]

for (const [given, message] of refused)
  test(`${JSON.stringify(given)} on a cluster with IPv4 alone: ${message}`, async (t) => {
    await t.rejects(begun(service(given)), { message: `Service "web" is invalid: ${message}` })
  })

test('node ports and addresses that a client leaves out stay', async (t) => {
  const old = service({ ...balancer, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ ...port, nodePort: 30000 }] })
  const next = await begun(service(balancer), old)
  t.match(next['spec'], { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ nodePort: 30000 }] })
})

test('TCP and UDP of one port share a node port', async (t) => {
  const ports = [port, { ...port, protocol: 'UDP' }]
  t.match((await begun(service({ type: 'NodePort', ports })))['spec'], { ports: [{ nodePort: 30009 }, { nodePort: 30009 }] })
})
