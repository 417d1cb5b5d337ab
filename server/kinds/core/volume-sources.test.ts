// The messages are the real server's.
import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import { checkSources, type VolumeSources } from './volume-sources.ts'

const rows: readonly (readonly [claim: string, spec: VolumeSources, faults: readonly string[]])[] = [
  ['a source is needed', {}, ['spec: Required value: must specify a volume type']],
  [
    'one is enough',
    { hostPath: { path: '/a' }, cephfs: { monitors: ['a'] } },
    ['spec.cephFS: Forbidden: may not specify more than 1 volume type'],
  ],
  ['members are missing', { awsElasticBlockStore: {} }, ['spec.awsElasticBlockStore.volumeID: Required value']],
  ['the path of a disk is its own', { gcePersistentDisk: {} }, ['spec.persistentDisk.pdName: Required value']],
  [
    'an endpoint namespace is a name',
    { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: '' } },
    [`spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name`],
  ],
  [
    'secrets are named with their namespace',
    { cinder: { volumeID: 'a', secretRef: {} }, local: { path: '/a' } },
    [
      'spec.cinder.secretRef.name: Required value',
      'spec.cinder.secretRef.namespace: Required value',
      'spec.local: Forbidden: may not specify more than 1 volume type',
    ],
  ],
  [
    'names of iSCSI devices have forms',
    { iscsi: { targetPortal: 'a:1', iqn: 'bad', lun: 1, secretRef: {} } },
    ['spec.iscsi.iqn: Invalid value: "bad": must be valid format', 'spec.iscsi.secretRef.name: Required value'],
  ],
  [
    'a local volume is on a node',
    { local: { path: '../a' } },
    [
      `spec.local.path: Invalid value: "../a": must not contain '..'`,
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
  ],
]

for (const [claim, spec, faults] of rows)
  test(claim, async (t) => {
    const errors: FieldError[] = []
    checkSources(spec, 'v', errors)
    t.same(errors.map(fieldErrorMessage), faults)
  })
