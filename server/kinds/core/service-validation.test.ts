import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { prepareServiceUpdate } from './service-changes.ts'
import { serviceWarnings, validateService, validateServiceStatus, validateServiceUpdate } from './service-validation.ts'

const port = { port: 80, protocol: 'TCP', targetPort: 80 }
const defaults = { type: 'ClusterIP', ports: [port], sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' }

const service = (spec: object, status: object = { loadBalancer: {} }): KubeObject =>
  structuredClone({ metadata: { name: 'web', namespace: 'default' }, spec: { ...defaults, ...spec }, status })

const balancer = { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true }

const created: readonly [spec: object, errors: string[]][] = [
  [{}, []],
  [balancer, []],
  [{ type: 'ExternalName', externalName: 'a.example.', ports: undefined, internalTrafficPolicy: undefined }, []],
  [{ clusterIP: 'None', clusterIPs: ['None'], ports: undefined }, []],
  [{ ports: undefined }, ['spec.ports: Required value']],
  [{ ports: [port, { ...port, port: 81 }] }, ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value']],
  [
    {
      ports: [
        { ...port, name: 'a' },
        { ...port, name: 'a', protocol: 'UDP' },
      ],
    },
    ['spec.ports[1].name: Duplicate value: "a"'],
  ],
  [
    {
      ports: [
        { ...port, name: 'a' },
        { ...port, name: 'b' },
      ],
    },
    ['spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'],
  ],
  [{ ports: [{ ...port, nodePort: 30000 }] }, ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]],
  [{ ports: [{ ...port, targetPort: 'a--b' }] }, ['spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens']],
  [{ sessionAffinity: 'X' }, ['spec.sessionAffinity: Unsupported value: "X": supported values: "ClientIP", "None"']],
  [
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
    ['spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400'],
  ],
  [{ clusterIPs: ['10.0.0.1'] }, ['spec.clusterIPs: Invalid value: ["10.0.0.1"]: must be empty when `clusterIP` is not specified']],
  [
    { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] },
    ['spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family'],
  ],
  [
    { externalIPs: ['127.0.0.1'], externalTrafficPolicy: 'Cluster' },
    ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ],
  [
    { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
  ],
  [
    { externalTrafficPolicy: 'Local' },
    ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
  ],
  [
    { ...balancer, type: 'X', trafficDistribution: 'Y', loadBalancerClass: 'z' },
    [
      'spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.externalTrafficPolicy: Invalid value: "Cluster": may only be set for externally-accessible services',
      'spec.trafficDistribution: Unsupported value: "Y": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
  ],
]

for (const [spec, errors] of created)
  test(`a service with ${JSON.stringify(spec)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(validateService(service(spec)).map(fieldErrorMessage), errors)
  })

const changed: readonly [before: object, after: object, errors: string[]][] = [
  [
    { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
    { clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'] },
    ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'],
  ],
  [
    { ...balancer, loadBalancerClass: 'a/b' },
    { ...balancer, loadBalancerClass: 'a/c' },
    ['spec.loadBalancerClass: Invalid value: "a/c": may not change once set'],
  ],
  [{ externalIPs: ['010.0.0.1'] }, { externalIPs: ['010.0.0.1'], externalTrafficPolicy: 'Cluster' }, []],
]

for (const [before, after, errors] of changed)
  test(`from ${JSON.stringify(before)} to ${JSON.stringify(after)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(validateServiceUpdate(service(after), service(before)).map(fieldErrorMessage), errors)
  })

test('a new type drops what the old one needed and nobody changed', async (t) => {
  const old = service({ ...balancer, ports: [{ ...port, nodePort: 30000 }], loadBalancerClass: 'a/b' })
  const plain = service({ ...balancer, type: 'ClusterIP', ports: [{ ...port, nodePort: 30000 }], loadBalancerClass: 'a/b' })
  prepareServiceUpdate(plain, old)
  t.same(plain['spec'], defaults)
  const other = service({ ...balancer, type: 'ClusterIP', ports: [{ ...port, nodePort: 30001 }], loadBalancerClass: 'a/c' })
  prepareServiceUpdate(other, old)
  t.match(other['spec'], { ports: [{ nodePort: 30001 }], loadBalancerClass: 'a/c' })
})

test('a load balancer says addresses with a mode, and names that are no addresses', async (t) => {
  const ingress = [{ ip: '1.2.3.4' }, { ipMode: 'VIP', hostname: '1.2.3.4' }]
  t.same(validateServiceStatus(service(balancer, { loadBalancer: { ingress } }), service(balancer)).map(fieldErrorMessage), [
    'status.loadBalancer.ingress[0].ipMode: Required value: must be specified when `ip` is set',
    'status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set',
    'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
  ])
})

test('what is ignored is said', async (t) => {
  t.same(serviceWarnings(service({ clusterIP: 'None', externalName: 'x', externalIPs: ['1.2.3.4'] })), [
    'spec.externalIPs is ignored for headless services',
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  ])
})
