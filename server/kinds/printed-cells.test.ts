// Cells of the kinds whose printer has a rule of its own; columns themselves are the tables'.
import { test } from 'tap'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { admissionPolicies } from './admissionregistration/admission-policies.ts'
import { apiservices } from './apiregistration/apiservices.ts'
import { controllerrevisions } from './apps/controllerrevisions.ts'
import { cronjobs } from './batch/cronjobs.ts'
import { certificatesigningrequests } from './certificates/certificatesigningrequests.ts'
import { podcertificaterequests } from './certificates/podcertificaterequests.ts'
import { componentstatuses as componentstatusesOf } from './core/componentstatuses.ts'
import { endpoints } from './core/endpoints.ts'
import { nodes as nodesOf } from './core/nodes.ts'
import { resourcequotas } from './core/resourcequotas.ts'
import { services } from './core/services.ts'
import { persistentvolumeclaims, persistentvolumes } from './core/volumes.ts'
import type { KindRecord } from './define-resource.ts'
import { endpointslices } from './discovery/endpointslices.ts'
import { flowschemas } from './flowcontrol/flowschemas.ts'
import { prioritylevelconfigurations } from './flowcontrol/prioritylevelconfigurations.ts'
import type { KindServices } from './kind-services.ts'
import { ingressclasses, ingresses } from './networking/ingresses.ts'
import { ipaddresses } from './networking/service-addresses.ts'
import { roles } from './rbac/roles.ts'
import { resourceclaims as resourceclaimsOf } from './resource/resourceclaims.ts'
import { podGroups } from './scheduling/pod-groups.ts'
import { csiKinds } from './storage/csi-kinds.ts'
import { storageclasses } from './storage/storageclasses.ts'
import { storageversionmigrations } from './storagemigration/storageversionmigrations.ts'

const componentstatuses = componentstatusesOf({} as KindServices)
const nodes = nodesOf({} as KindServices)
const resourceclaims = resourceclaimsOf({} as KindServices)
const [podGroup] = podGroups as [KindRecord]
const [csiDriver] = csiKinds as [KindRecord]
const binding = admissionPolicies[1] as KindRecord
const roleBinding = roles({} as KindServices)[2] as KindRecord

const is = (type: string, status = 'True', reason = 'R'): object => ({ type, status, reason })
const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' }
const addresses = (...ips: string[]): object[] => ips.map((ip) => ({ ip }))
const rules = (...hosts: string[]): object => ({ spec: { rules: hosts.map((host) => (host === '' ? {} : { host })) } })
const beta = { annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' } }
const owner = (apiVersion: string): object => ({
  metadata: { ownerReferences: [{ apiVersion, kind: 'StatefulSet', name: 'w', controller: true }] },
})
const slice = (...list: string[]): object => ({ endpoints: list.map((address) => ({ addresses: [address] })) })
const ready = (...statuses: string[]): object => ({ status: { conditions: statuses.map((status) => is('Ready', status)) } })
const balancer = { status: { loadBalancer: { ingress: [{ ip: '5.5.5.5' }, { hostname: 'a.b' }, { ip: '1.1.1.1' }, { ip: '5.5.5.5' }] } } }
const selector = { matchLabels: { b: '1', a: '2' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['x', 'w'] }] }

const cases: readonly (readonly [record: KindRecord, column: string, members: object, shown: unknown])[] = [
  [nodes, 'Status', ready('True', 'False'), 'NotReady'],
  [nodes, 'Internal-IP', { status: { addresses: [{ type: 'InternalIP', address: '' }] } }, ''],
  [services({} as KindServices), 'External-IP', { spec: { type: 'LoadBalancer' }, ...balancer }, '1.1.1.1,5.5.5.5,a.b'],
  [services({} as KindServices), 'External-IP', { spec: { type: 'LoadBalancer' } }, '<pending>'],
  [persistentvolumes, 'Capacity', {}, '0'],
  [persistentvolumes, 'Access Modes', { spec: { accessModes: ['ReadWriteMany', 'ReadWriteOnce', 'ReadWriteMany'] } }, 'RWO,RWX'],
  [persistentvolumes, 'Claim', { spec: { claimRef: { namespace: 'n', name: 'c' } } }, 'n/c'],
  [persistentvolumes, 'StorageClass', { metadata: beta, spec: { storageClassName: 'new' } }, 'old'],
  [persistentvolumes, 'Status', { metadata: deleted, status: { phase: 'Bound' } }, 'Terminating'],
  [persistentvolumeclaims, 'Capacity', { status: { capacity: { storage: '1Gi' } } }, ''],
  [persistentvolumeclaims, 'Capacity', { spec: { volumeName: 'v' }, status: { capacity: { storage: '1Gi' } } }, '1Gi'],
  [persistentvolumeclaims, 'Capacity', { spec: { volumeName: 'v' } }, '0'],
  [endpoints, 'Endpoints', {}, '<none>'],
  [endpoints, 'Endpoints', { subsets: [{ notReadyAddresses: addresses('1.1.1.1') }] }, ''],
  [endpoints, 'Endpoints', { subsets: [{ addresses: addresses('1.1.1.1', '::1'), ports: [{ port: 1 }] }] }, '1.1.1.1:1,[::1]:1'],
  [
    endpoints,
    'Endpoints',
    { subsets: [{ addresses: addresses('1.1.1.1', '1.1.1.2'), ports: [{ port: 1 }, { port: 2 }] }, { addresses: addresses('1.1.1.3') }] },
    '1.1.1.1:1,1.1.1.2:1,1.1.1.1:2 + 2 more...',
  ],
  [resourcequotas, 'Request', { status: { hard: { pods: '3', cpu: '1', 'limits.cpu': '2' }, used: { pods: '1' } } }, 'cpu: 0/1, pods: 1/3'],
  [resourcequotas, 'Limit', { status: { hard: { 'limits.cpu': '2', limits: '1' } } }, 'limits.cpu: 0/2'],
  [componentstatuses, 'Status', { conditions: [is('Other'), is('Healthy', 'False')] }, 'Unhealthy'],
  [componentstatuses, 'Status', {}, 'Unknown'],
  [controllerrevisions, 'Controller', owner('apps/v1'), 'statefulset.apps/w'],
  [controllerrevisions, 'Controller', owner('v1'), 'statefulset/w'],
  [controllerrevisions, 'Controller', {}, '<none>'],
  [cronjobs, 'Suspend', {}, '<unset>'],
  [cronjobs, 'Suspend', { spec: { suspend: false } }, 'False'],
  [certificatesigningrequests, 'Condition', {}, 'Pending'],
  [
    certificatesigningrequests,
    'Condition',
    { status: { conditions: [is('Approved'), is('Failed')], certificate: 'x' } },
    'Approved,Failed,Issued',
  ],
  [certificatesigningrequests, 'Condition', { status: { conditions: [is('Approved'), is('Denied')] } }, 'Denied'],
  [certificatesigningrequests, 'RequestedDuration', { spec: { expirationSeconds: 5400 } }, '90m'],
  [podcertificaterequests, 'State', { status: { conditions: [is('Issued'), is('Other')] } }, 'Issued'],
  [podcertificaterequests, 'UnverifiedUserAnnotations', { spec: { unverifiedUserAnnotations: { 'a/b': 'c' } } }, 'a/b=c'],
  [ingresses, 'Hosts', rules('', ''), '*'],
  [ingresses, 'Hosts', rules('a', 'b', 'c'), 'a,b,c'],
  [ingresses, 'Hosts', rules('a', 'b', 'c', ''), 'a,b,c + 1 more...'],
  [ingresses, 'Hosts', rules('a', '', 'b', 'c'), 'a,b,c'],
  [ingresses, 'Address', balancer, '1.1.1.1,5.5.5.5,a.b'],
  [ingresses, 'Ports', { spec: { tls: [{}] } }, '80, 443'],
  [
    ingressclasses,
    'Name',
    { metadata: { name: 'n', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } },
    'n (default)',
  ],
  [ingressclasses, 'Parameters', { spec: { parameters: { apiGroup: 'g.io', kind: 'K', name: 'n' } } }, 'K.g.io/n'],
  [ingressclasses, 'Parameters', { spec: { parameters: { kind: 'K', name: 'n' } } }, 'K/n'],
  [ipaddresses, 'ParentRef', { spec: { parentRef: { resource: 'services', namespace: 'd', name: 's' } } }, 'services/d/s'],
  [ipaddresses, 'ParentRef', { spec: { parentRef: { group: 'g.io', resource: 'Things', name: 's' } } }, 'things.g.io/s'],
  [
    roleBinding,
    'ServiceAccounts',
    {
      subjects: [
        { kind: 'ServiceAccount', namespace: 'n', name: 's' },
        { kind: 'User', name: 'u' },
      ],
    },
    'n/s',
  ],
  [storageclasses, 'ReclaimPolicy', {}, 'Delete'],
  [csiDriver, 'AttachRequired', {}, true],
  [csiDriver, 'TokenRequests', { spec: { tokenRequests: [{ audience: '' }, { audience: 'a' }] } }, ',a'],
  [csiDriver, 'TokenRequests', {}, '<unset>'],
  [binding, 'ParamRef', { spec: { paramRef: { name: 'x' } } }, '*/x'],
  [binding, 'ParamRef', { spec: { paramRef: { name: 'x', namespace: 'n', selector } } }, 'n/x'],
  [
    binding,
    'ParamRef',
    { spec: { paramRef: { selector } } },
    '&LabelSelector{MatchLabels:map[string]string{a: 2,b: 1,},' +
      'MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x w],},},}',
  ],
  [binding, 'ParamRef', {}, '<unset>'],
  [podGroup, 'Status', { status: { conditions: [is('PodGroupScheduled', 'False')] } }, 'Unschedulable'],
  [podGroup, 'Status', { status: { conditions: [is('DisruptionTarget', 'False', 'Why'), is('PodGroupScheduled')] } }, 'Why'],
  [endpointslices, 'Ports', { ports: [{ port: 1, name: 'a' }, { name: 'b' }, {}] }, '1,b,*'],
  [endpointslices, 'Ports', { ports: [{ name: '' }] }, '<unset>'],
  [endpointslices, 'Endpoints', slice('1', '2', '3', '4', '5'), '1,2,3 + 2 more...'],
  [resourceclaims, 'State', {}, 'pending'],
  [resourceclaims, 'State', { metadata: deleted }, 'deleted'],
  [resourceclaims, 'State', { metadata: deleted, status: { allocation: {}, reservedFor: [{}] } }, 'deleted,allocated,reserved'],
  [flowschemas, 'MissingPL', {}, '?'],
  [flowschemas, 'MissingPL', { status: { conditions: [is('Dangling', 'False')] } }, 'False'],
  [prioritylevelconfigurations, 'Queues', { spec: { limited: { limitResponse: {} } } }, '<none>'],
  [prioritylevelconfigurations, 'NominalConcurrencyShares', { spec: { limited: { nominalConcurrencyShares: 0 } } }, 0],
  [storageversionmigrations, 'Resource', { spec: { resource: { group: 'apps', resource: 'deployments' } } }, 'deployments.apps'],
  [storageversionmigrations, 'Status', { status: { conditions: [is('Succeeded'), is('Running', 'False')] } }, 'Succeeded'],
  [apiservices, 'Service', {}, 'Local'],
  [apiservices, 'Available', { status: { conditions: [is('Available', 'False')] } }, 'False (R)'],
  [apiservices, 'Available', { status: { conditions: [is('Available')] } }, 'True'],
]

for (const [record, column, members, shown] of cases) {
  test(`${column} of a ${record.kind} with ${JSON.stringify(members)} is ${shown}`, async (t) => {
    const object = { kind: record.kind, apiVersion: 'v1', metadata: {}, ...members } as KubeObject
    t.equal(record.cells?.[column]?.(object), shown)
  })
}
