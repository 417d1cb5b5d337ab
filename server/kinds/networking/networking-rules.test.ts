import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import type { KindRecord } from '../define-resource.ts'
import { ingressclasses, ingresses } from './ingresses.ts'
import { networkpolicies } from './networkpolicies.ts'
import { ipaddresses, servicecidrs } from './service-addresses.ts'

const context = {} as WriteContext
const object = (spec: object, name = 'a'): KubeObject =>
  structuredClone({ metadata: { name, namespace: 'default', resourceVersion: '1' }, spec })
const said = (errors: FieldError[] | undefined): string[] => (errors ?? []).map(fieldErrorMessage)

const service = { service: { name: 'web', port: { number: 80 } } }
const paths = (path: object): object => ({ rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: service, ...path }] } }] })
const SPEC = 'spec.rules[0].http.paths[0]'

const cases: readonly [KindRecord, spec: object, errors: string[]][] = [
  [ingresses, paths({}), []],
  [ingresses, { defaultBackend: { resource: { apiGroup: null, kind: 'Bucket', name: 'b' } } }, []],
  [ingresses, {}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
  [ingresses, { defaultBackend: {} }, ['spec.defaultBackend: Invalid value: "": resource or service backend is required']],
  [ingresses, { defaultBackend: { service: { name: 'web' } } }, ['spec.defaultBackend: Required value: port name or number is required']],
  [ingresses, paths({ pathType: null }), [`${SPEC}.pathType: Required value: pathType must be specified`]],
  [
    ingresses,
    paths({ path: 'a//b/.' }),
    [
      `${SPEC}.path: Invalid value: "a//b/.": must be an absolute path`,
      `${SPEC}.path: Invalid value: "a//b/.": must not contain '//'`,
      `${SPEC}.path: Invalid value: "a//b/.": cannot end with '/.'`,
    ],
  ],
  [ingresses, { rules: [{ host: '1.2.3.4' }] }, ['spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address']],
  [ingressclasses, { controller: 'example.com/ingress' }, []],
  [
    ingressclasses,
    { controller: 'ingress' },
    ['spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    ingressclasses,
    { controller: 'a/b', parameters: { kind: 'A', name: 'b', scope: 'Namespace' } },
    ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
  ],
  [networkpolicies, { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }, []],
  [networkpolicies, { ingress: [{ from: [{}] }] }, ['spec.ingress[0].from[0]: Required value: must specify a peer']],
  [
    networkpolicies,
    { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8'] } }] }] },
    [
      'spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      'spec.egress[0].to[0].ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
    ],
  ],
  [
    networkpolicies,
    { egress: [{ ports: [{ port: 10, endPort: 5 }, { endPort: 5 }] }] },
    [
      'spec.egress[0].ports[0].endPort: Invalid value: 10: must be greater than or equal to `port`',
      'spec.egress[0].ports[1].endPort: Invalid value: 5: may not be specified when `port` is not specified',
    ],
  ],
  [networkpolicies, { policyTypes: ['X'] }, ['spec.policyTypes[0]: Unsupported value: "X": supported values: "Ingress", "Egress"']],
  [ipaddresses, { parentRef: { resource: 'services', name: 'web' } }, []],
  [ipaddresses, {}, ['spec.parentRef: Required value']],
  [
    ipaddresses,
    { parentRef: { resource: 'a/b' } },
    [`spec.parentRef.resource: Invalid value: "a/b": may not contain '/'`, 'spec.parentRef.name: Required value'],
  ],
  [servicecidrs, { cidrs: ['10.0.0.0/24', '2001:db8::/64'] }, []],
  [servicecidrs, {}, ['spec.cidrs: Required value: at least one CIDR required']],
  [
    servicecidrs,
    { cidrs: ['10.0.0.0/24', '10.0.1.0/24'] },
    [
      'spec.cidrs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    ],
  ],
]

for (const [record, spec, errors] of cases)
  test(`${record.kind} ${JSON.stringify(spec)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(said(record.strategy?.validate?.(object(spec), context)), errors)
  })

const changes: readonly [KindRecord, before: object, after: object, errors: string[]][] = [
  [ingressclasses, { controller: 'a/b' }, { controller: 'a/c' }, ['spec.controller: Invalid value: "a/c": field is immutable']],
  [
    ipaddresses,
    { parentRef: { resource: 'a', name: 'b' } },
    { parentRef: { resource: 'a', name: 'c' } },
    ['spec.parentRef: Invalid value: {"Group":"","Resource":"a","Namespace":"","Name":"c"}: field is immutable'],
  ],
  [servicecidrs, { cidrs: ['10.0.0.0/24'] }, { cidrs: ['10.0.0.0/24', '2001:db8::/64'] }, []],
  [servicecidrs, { cidrs: ['10.0.0.0/24'] }, { cidrs: [] }, ['spec.cidrs: Invalid value: []: field is immutable']],
  [
    networkpolicies,
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] },
    { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] },
    [],
  ],
  [ingresses, { defaultBackend: service, tls: [{ secretName: 'A' }] }, { defaultBackend: service, tls: [{ secretName: 'B' }] }, []],
]

for (const [record, before, after, errors] of changes)
  test(`${record.kind} from ${JSON.stringify(before)} to ${JSON.stringify(after)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    const name = record === ipaddresses ? '10.0.0.1' : 'a'
    const found = said(record.strategy?.validateUpdate?.(object(after, name), object(before, name), context))
    t.same(
      found.filter((message) => !message.startsWith('metadata.')),
      errors,
    )
  })
