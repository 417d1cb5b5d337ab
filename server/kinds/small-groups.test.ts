import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../apimachinery/field-error.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import type { WriteContext } from '../registry/resource-definition.ts'
import { controllerrevisions } from './apps/controllerrevisions.ts'
import { leases } from './coordination/leases.ts'
import { events, groupEvents } from './core/events.ts'
import type { KindRecord } from './define-resource.ts'
import { endpointslices } from './discovery/endpointslices.ts'
import type { KindServices } from './kind-services.ts'
import { poddisruptionbudgets } from './policy/poddisruptionbudgets.ts'
import { roles } from './rbac/roles.ts'
import { priorityclasses } from './scheduling/priorityclasses.ts'

const context = {} as WriteContext
const [role, clusterRole, roleBinding, clusterRoleBinding] = roles({} as KindServices) as [KindRecord, KindRecord, KindRecord, KindRecord]

const object = (members: object): KubeObject =>
  structuredClone({ metadata: { name: 'a', namespace: 'default', resourceVersion: '1' }, ...members })
const said = (errors: FieldError[] | undefined): string[] => (errors ?? []).map(fieldErrorMessage)

const RBAC = 'rbac.authorization.k8s.io'
const viewer = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' }
const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
const slice = (endpoint: object, addressType = 'IPv4'): object => ({ addressType, endpoints: [{ addresses: ['1.2.3.4'], ...endpoint }] })
const news = {
  involvedObject: { namespace: 'default' },
  eventTime: '2026-01-01T00:00:00.000000Z',
  type: 'Normal',
  reportingComponent: 'a/b',
  reportingInstance: 'c',
  action: 'd',
  reason: 'e',
}

const created: readonly [KindRecord, members: object, errors: string[]][] = [
  [role, { rules: [rule] }, []],
  [
    role,
    { rules: [{}] },
    [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
  ],
  [
    role,
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] },
    ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs'],
  ],
  [clusterRole, { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] }, []],
  [
    clusterRole,
    { aggregationRule: {} },
    ['aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil'],
  ],
  [roleBinding, { roleRef: { ...viewer, kind: 'Role' }, subjects: [{ kind: 'ServiceAccount', name: 'a' }] }, []],
  [
    clusterRoleBinding,
    { roleRef: { ...viewer, kind: 'Role' }, subjects: [{ kind: 'ServiceAccount', name: 'a' }, { kind: 'X' }] },
    [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'subjects[0].namespace: Required value',
      'subjects[1].name: Required value',
      'subjects[1].kind: Unsupported value: "X": supported values: "ServiceAccount", "User", "Group"',
    ],
  ],
  [priorityclasses, { value: 1000000001 }, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
  [
    priorityclasses,
    { metadata: { name: 'system-x' } },
    [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
    ],
  ],
  [
    priorityclasses,
    { metadata: { name: 'system-node-critical' }, value: 2000001000, preemptionPolicy: '' },
    ['preemptionPolicy: Required value'],
  ],
  [
    leases,
    { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } },
    [
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    controllerrevisions,
    { revision: -1, data: [] },
    ['revision: Invalid value: -1: must be greater than or equal to 0', 'data: Required value: data must be a valid JSON object'],
  ],
  [poddisruptionbudgets, { spec: { minAvailable: '100%', selector: {} } }, []],
  [
    poddisruptionbudgets,
    { spec: { minAvailable: 1, maxUnavailable: '101%' } },
    [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"101%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
  ],
  [endpointslices, slice({}), []],
  [endpointslices, slice({ addresses: ['a.example'] }, 'FQDN'), []],
  [endpointslices, slice({ addresses: [] }), ['endpoints[0].addresses: Required value: must contain at least 1 address']],
  [
    endpointslices,
    slice({ addresses: ['2001:db8::1'] }),
    ['endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address'],
  ],
  [
    endpointslices,
    slice({ addresses: ['a'] }, 'FQDN'),
    ['endpoints[0].addresses[0]: Invalid value: "a": should be a domain with at least two segments separated by dots'],
  ],
  [
    endpointslices,
    slice({ hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }),
    ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
  ],
  [events, { involvedObject: { namespace: 'default' } }, []],
  [
    events,
    { involvedObject: { namespace: 'other' } },
    ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
  ],
  [
    events,
    { ...news, reportingComponent: '', action: '' },
    [
      'reportingComponent: Required value',
      'reportingComponent: Invalid value: "": name part must be non-empty',
      "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'action: Required value',
    ],
  ],
  [groupEvents, news, []],
  [
    groupEvents,
    { ...news, type: 'X', count: 2, series: { count: 1 } },
    [
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'type: Invalid value: "": has invalid value: X',
      'count: Invalid value: "": needs to be unset',
    ],
  ],
]

for (const [record, members, errors] of created)
  test(`${record.group} ${record.kind} ${JSON.stringify(members)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(said(record.strategy?.validate?.(object(members), context)), errors)
  })

const changed: readonly [KindRecord, before: object, after: object, errors: string[]][] = [
  [
    roleBinding,
    { roleRef: viewer },
    { roleRef: { ...viewer, name: 'edit' } },
    ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef'],
  ],
  [
    priorityclasses,
    { value: 1 },
    { value: 2, preemptionPolicy: 'Never' },
    ['value: Forbidden: may not be changed in an update.', 'preemptionPolicy: Invalid value: "Never": field is immutable'],
  ],
  [controllerrevisions, { data: { a: 1 } }, { data: { a: 2 } }, ['data: Invalid value: {"a":2}: field is immutable']],
  [endpointslices, slice({}), slice({}, 'IPv6'), ['addressType: Invalid value: "IPv6": field is immutable']],
  [
    groupEvents,
    news,
    { ...news, message: 'x', related: { name: 'r' } },
    [
      'message: Invalid value: "x": field is immutable',
      'related: Invalid value: {"Kind":"","Namespace":"","Name":"r","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
    ],
  ],
]

for (const [record, before, after, errors] of changed)
  test(`${record.kind} from ${JSON.stringify(before)} to ${JSON.stringify(after)}: ${errors.join(', ')}`, async (t) => {
    t.same(said(record.strategy?.validateUpdate?.(object(after), object(before), context)), errors)
  })

test("a budget's conditions are conditions, and it counts nothing below zero", async (t) => {
  const budget = object({ status: { disruptionsAllowed: -1, conditions: [{ type: 'A', status: 'x' }] } })
  t.same(said(poddisruptionbudgets.statusRules?.validateUpdate?.(budget, budget, context)), [
    'status.conditions[0].status: Unsupported value: "x": supported values: "False", "True", "Unknown"',
    'status.conditions[0].lastTransitionTime: Required value',
    'status.conditions[0].reason: Required value',
    'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
  ])
})

test('a node known by the label of its topology keeps its name when endpoints change', async (t) => {
  const topology = { deprecatedTopology: { 'kubernetes.io/hostname': 'n' } }
  const next = object(slice({ ...topology, hostname: 'x' }))
  endpointslices.strategy?.prepareForUpdate?.(next, object(slice(topology)), context)
  t.same(next['endpoints'], [{ addresses: ['1.2.3.4'], hostname: 'x', nodeName: 'n' }])
})
