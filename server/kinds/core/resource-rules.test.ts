import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import type { KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { csiKinds } from '../storage/csi-kinds.ts'
import { storageclasses, volumeattributesclasses } from '../storage/storageclasses.ts'
import { volumeattachments } from '../storage/volumeattachments.ts'
import { limitranges } from './limitranges.ts'
import { nodes as nodesOf } from './nodes.ts'
import { resourcequotas } from './resourcequotas.ts'
import { persistentvolumeclaims, persistentvolumes } from './volumes.ts'

const context = {} as WriteContext
const nodes = nodesOf({} as KindServices)
const [csidrivers, csinodes] = csiKinds as [KindRecord, KindRecord]
const object = (members: object): KubeObject => structuredClone({ metadata: { name: 'a', resourceVersion: '1' }, ...members })
/** Where the kind looks at its metadata itself, these objects have no namespace. */
const said = (errors: FieldError[] | undefined): string[] =>
  (errors ?? []).map(fieldErrorMessage).filter((message) => !message.startsWith('metadata.namespace'))

const quota = (spec: object): object => ({ spec: { hard: { pods: '1' }, ...spec } })
const limit = (...limits: object[]): object => ({ spec: { limits } })
const claim = (spec: object): object => ({ spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } })
const volume = (spec: object): object => ({
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/a' }, ...spec },
})
const storageClass = { provisioner: 'example.com/disk', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }
const driver = { attachRequired: true, podInfoOnMount: false, storageCapacity: false, seLinuxMount: false }
const attachment = { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } }

const created: readonly [KindRecord, members: object, errors: string[]][] = [
  [resourcequotas, quota({ hard: { 'requests.cpu': '1', 'count/jobs.batch': '5', 'hugepages-2Mi': '1' } }), []],
  [
    resourcequotas,
    quota({ hard: { pods: '1500m', storage: '1', foo: '-1' } }),
    [
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
      'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
      'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
      'spec.hard[foo]: Invalid value: "-1": must be greater than or equal to 0',
    ],
  ],
  [
    resourcequotas,
    quota({ scopes: ['BestEffort', 'NotBestEffort'] }),
    ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
  ],
  [
    resourcequotas,
    quota({ scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] } }),
    [
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  ],
  [limitranges, limit({ type: 'Container', min: { cpu: '1' }, max: { cpu: '4' }, maxLimitRequestRatio: { cpu: '2' } }), []],
  [
    limitranges,
    limit({ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' }, default: { cpu: '1' } }),
    [
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    ],
  ],
  [
    limitranges,
    limit({ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }),
    ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000'],
  ],
  [
    limitranges,
    limit({ type: 'PersistentVolumeClaim' }, { type: 'PersistentVolumeClaim', max: { storage: '1' } }),
    [
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      'spec.limits[1].type: Duplicate value: "PersistentVolumeClaim"',
    ],
  ],
  [nodes, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }], podCIDRs: ['10.0.0.0/24', '2001:db8::/64'] } }, []],
  [
    nodes,
    {
      spec: {
        taints: [
          { key: 'a', effect: 'X' },
          { key: 'b', effect: 'NoExecute' },
          { key: 'b', effect: 'NoExecute' },
        ],
      },
    },
    [
      'metadata.taints[0].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      'metadata.taints[2]: Duplicate value: {"Key":"b","Value":"","Effect":"NoExecute","TimeAdded":null}: taints must be unique by key and effect pair',
    ],
  ],
  [
    nodes,
    { spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] }, status: { capacity: { pods: '1500m' }, declaredFeatures: ['B', 'A'] } },
    [
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
    ],
  ],
  [storageclasses, storageClass, []],
  [
    storageclasses,
    { ...storageClass, provisioner: '', reclaimPolicy: 'Recycle', volumeBindingMode: 'X' },
    [
      'provisioner: Required value',
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
      'volumeBindingMode: Unsupported value: "X": supported values: "Immediate", "WaitForFirstConsumer"',
    ],
  ],
  [volumeattributesclasses, { driverName: 'a' }, ['parameters: Required value: must contain at least one key/value pair']],
  [csidrivers, { spec: driver }, []],
  [
    csidrivers,
    { spec: { ...driver, tokenRequests: [{ audience: 'a', expirationSeconds: 5 }, { audience: 'a' }], volumeLifecycleModes: ['X'] } },
    [
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
      'spec.volumeLifecycleModes: Unsupported value: "X": supported values: "Persistent", "Ephemeral"',
    ],
  ],
  [
    csinodes,
    { spec: { drivers: [{ name: 'a', nodeID: 'n', topologyKeys: null }, { name: 'a' }] } },
    ['spec.drivers[1].nodeID: Required value', 'spec.drivers[1].name: Duplicate value: "a"'],
  ],
  [volumeattachments, { spec: attachment }, []],
  [
    volumeattachments,
    { spec: { ...attachment, attacher: '', source: {} } },
    ['spec.attacher: Required value', 'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName'],
  ],
  [persistentvolumeclaims, claim({ storageClassName: '' }), []],
  [
    persistentvolumeclaims,
    claim({ accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'], resources: {} }),
    ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes', 'spec.resources[storage]: Required value'],
  ],
  [
    persistentvolumeclaims,
    claim({ dataSourceRef: { kind: 'Foo', name: '' } }),
    [
      'spec.dataSourceRef.name: Required value',
      `spec.dataSourceRef: Invalid value: "Foo": must be 'PersistentVolumeClaim' when referencing the default apiGroup`,
    ],
  ],
  [persistentvolumes, volume({}), []],
  [persistentvolumes, volume({ hostPath: undefined, csi: { driver: 'd', volumeHandle: 'v' }, volumeAttributesClassName: 'c' }), []],
  [persistentvolumes, volume({ hostPath: undefined }), ['spec: Required value: must specify a volume type']],
  [
    persistentvolumes,
    volume({ nfs: { server: 's', path: '/a' }, capacity: { cpu: '1' } }),
    [
      'spec.capacity: Unsupported value: {"cpu":"1"}: supported values: "storage"',
      'spec.nfs: Forbidden: may not specify more than 1 volume type',
    ],
  ],
  [
    persistentvolumes,
    volume({ hostPath: undefined, local: { path: '/a/..' } }),
    [
      `spec.local.path: Invalid value: "/a/..": must not contain '..'`,
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
  ],
]

for (const [record, members, errors] of created)
  test(`${record.kind} ${JSON.stringify(members)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(said(record.strategy?.validate?.(object(members), context)), errors)
  })

const RESIZE = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
/** Three lines around what changed. */
const SIZE_CHANGE = `@@ -6,7 +6,7 @@
  "Resources": {
   "Limits": null,
   "Requests": {
-   "storage": "1Gi"
+   "storage": "2Gi"
   }
  },
  "VolumeName": "",
`
const PATH_CHANGE = `@@ -2,7 +2,7 @@
  "GCEPersistentDisk": null,
  "AWSElasticBlockStore": null,
  "HostPath": {
-  "Path": "/a",
+  "Path": "/b",
   "Type": null
  },
  "Glusterfs": null,
`
const bound = (spec: object): object => ({ ...claim(spec), status: { phase: 'Bound', capacity: { storage: '1Gi' } } })
const sized = (storage: string): object => ({ resources: { requests: { storage } } })

const changed: readonly [KindRecord, before: object, after: object, errors: string[]][] = [
  [resourcequotas, quota({}), quota({ scopes: ['Terminating'] }), ['spec.scopes: Invalid value: ["Terminating"]: field is immutable']],
  [
    nodes,
    { spec: { providerID: 'a', podCIDRs: ['10.0.0.0/24'] } },
    { spec: { providerID: 'b', podCIDRs: ['10.0.1.0/24'] } },
    [
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ],
  ],
  [storageclasses, storageClass, { ...storageClass, parameters: { a: 'b' } }, ['parameters: Invalid value: {"a":"b"}: field is immutable']],
  [
    csinodes,
    { spec: { drivers: [{ name: 'a', nodeID: 'n' }] } },
    { spec: { drivers: [{ name: 'a', nodeID: 'm' }] } },
    ['spec.drivers: Invalid value: {"Name":"a","NodeID":"m","TopologyKeys":null,"Allocatable":null}: field is immutable'],
  ],
  [
    csinodes,
    { spec: { drivers: [{ name: 'a', nodeID: 'n' }] } },
    { spec: { drivers: [{ name: 'a', nodeID: 'n', allocatable: { count: 2 } }] } },
    [],
  ],
  [persistentvolumeclaims, claim({}), claim({ volumeName: 'v' }), []],
  [persistentvolumeclaims, claim({}), claim({ storageClassName: 'c' }), []],
  [persistentvolumeclaims, claim({}), claim(sized('2Gi')), [`spec: Forbidden: ${RESIZE}\n${SIZE_CHANGE}`]],
  [persistentvolumeclaims, bound({}), bound(sized('2Gi')), []],
  [
    persistentvolumeclaims,
    bound({}),
    bound(sized('1Mi')),
    ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
  ],
  [
    persistentvolumes,
    volume({}),
    volume({ hostPath: { path: '/b' } }),
    [`spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n${PATH_CHANGE}`],
  ],
]

for (const [record, before, after, errors] of changed)
  test(`${record.kind} from ${JSON.stringify(before)} to ${JSON.stringify(after)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(said(record.strategy?.validateUpdate?.(object(after), object(before), context)), errors)
  })

test('requests above limits are let in with a warning', async (t) => {
  t.same(resourcequotas.strategy?.warnings?.(object(quota({ hard: { cpu: '2', 'limits.cpu': '1' } })), undefined), [
    'ResourceQuota cpu (2) should be less than limits.cpu (1)',
  ])
})

test('a claim says its source in both fields, and sources of other kinds never counted', async (t) => {
  const prepared = (spec: object): unknown => {
    const made = object(claim(spec))
    persistentvolumeclaims.strategy?.prepareForCreate?.(made, context)
    return made['spec']
  }
  const source = { kind: 'PersistentVolumeClaim', name: 'b' }
  t.match(prepared({ dataSource: source }), { dataSource: source, dataSourceRef: source })
  t.match(prepared({ dataSourceRef: source }), { dataSource: source, dataSourceRef: source })
  t.notMatch(prepared({ dataSource: { kind: 'Foo', name: 'b' } }), { dataSource: {} })
})

test("a node's two fields for its addresses agree", async (t) => {
  const node = object({ spec: { podCIDR: '10.0.0.0/24' } })
  nodes.strategy?.setDefaults?.(node, 'v1')
  t.same(node['spec'], { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] })
})
