// Sources of volumes, one by one. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'a size is not negative',
    { volumes: [{ name: 'v0', emptyDir: { sizeLimit: '-1' } }] },
    ['spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity'],
  ],
  [
    'host paths have a known type and no way up',
    {
      volumes: [
        { name: 'v0', hostPath: { path: '/a/../b', type: 'X' } },
        { name: 'v1', hostPath: { path: '' } },
      ],
    },
    [
      'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
      'spec.volumes[0].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      'spec.volumes[1].hostPath.path: Required value',
    ],
  ],
  [
    'a repository is named, its folder relative',
    { volumes: [{ name: 'v0', gitRepo: { repository: '', directory: '/a' } }] },
    [
      'spec.volumes[0].gitRepo.repository: Required value',
      'spec.volumes[0].gitRepo.directory: Invalid value: "/a": must be a relative path',
    ],
  ],
  [
    'partitions have an upper bound',
    {
      volumes: [
        { name: 'v0', gcePersistentDisk: { pdName: '', partition: 256 } },
        { name: 'v1', awsElasticBlockStore: { volumeID: 'a', partition: -1 } },
      ],
    },
    [
      'spec.volumes[0].persistentDisk.pdName: Required value',
      'spec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
      'spec.volumes[1].awsElasticBlockStore.partition: Invalid value: -1: must be between 1 and 255, inclusive',
    ],
  ],
  [
    'items stay below the volume',
    {
      volumes: [
        {
          name: 'v0',
          secret: {
            items: [
              { key: '', path: '' },
              { key: 'a', path: '/b', mode: 512 },
              { key: 'a', path: '..b' },
            ],
          },
        },
      ],
    },
    [
      'spec.volumes[0].secret.secretName: Required value',
      'spec.volumes[0].secret.items[0].key: Required value',
      'spec.volumes[0].secret.items[0].path: Required value',
      'spec.volumes[0].secret.items[1].path: Invalid value: "/b": must be a relative path',
      'spec.volumes[0].secret.items[1].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[0].secret.items[2].path: Invalid value: "..b": must not start with \'..\'',
    ],
  ],
  [
    'config maps are named',
    { volumes: [{ name: 'v0', configMap: { defaultMode: -1 } }] },
    [
      'spec.volumes[0].configMap.name: Required value',
      'spec.volumes[0].configMap.defaultMode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
    ],
  ],
  [
    'exports are absolute',
    { volumes: [{ name: 'v0', nfs: { server: 'a', path: 'b' } }] },
    ['spec.volumes[0].nfs.path: Invalid value: "b": must be an absolute path'],
  ],
  [
    'targets have a form',
    { volumes: [{ name: 'v0', iscsi: { targetPortal: 'a', iqn: 'foo', lun: 256, chapAuthSession: true, initiatorName: 'iqn.x' } }] },
    [
      'spec.volumes[0].iscsi.iqn: Invalid value: "foo": must be valid format starting with iqn, eui, or naa',
      'spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'spec.volumes[0].iscsi.secretRef: Required value',
      'spec.volumes[0].iscsi.initiatorname: Invalid value: "iqn.x": must be valid format',
    ],
  ],
  [
    'a data set has one name',
    {
      volumes: [
        { name: 'v0', flocker: {} },
        { name: 'v1', flocker: { datasetName: 'a/b', datasetUUID: 'c' } },
      ],
    },
    [
      'spec.volumes[0].flocker: Required value: one of datasetName and datasetUUID is required',
      'spec.volumes[1].flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
      'spec.volumes[1].flocker.datasetName: Invalid value: "a/b": must not contain \'/\'',
    ],
  ],
  [
    'registries are hosts and ports',
    { volumes: [{ name: 'v0', quobyte: { registry: 'a,b:1', volume: '' } }] },
    [
      'spec.volumes[0].quobyte.registry: Invalid value: "a,b:1": must be a host:port pair or multiple pairs separated by commas',
      'spec.volumes[0].quobyte.volume: Required value',
    ],
  ],
  [
    'disks know their addresses',
    { volumes: [{ name: 'v0', azureDisk: { diskName: '', diskURI: 'x', cachingMode: 'X', kind: 'Managed' } }] },
    [
      'spec.volumes[0].azureDisk.diskName: Required value',
      'spec.volumes[0].azureDisk.cachingMode: Unsupported value: "X": supported values: "None", "ReadOnly", "ReadWrite"',
      'spec.volumes[0].azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
    ],
  ],
  [
    'channels have a target or an id',
    {
      volumes: [
        { name: 'v0', fc: {} },
        { name: 'v1', fc: { targetWWNs: ['a'] } },
      ],
    },
    [
      'spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both',
      'spec.volumes[1].fc.lun: Required value: lun is required if targetWWNs is specified',
    ],
  ],
  [
    'options keep out of reserved names',
    { volumes: [{ name: 'v0', flexVolume: { driver: 'a', options: { 'a.k8s.io/b': 'c' } } }] },
    ['spec.volumes[0].flexVolume.options[a.k8s.io/b]: Invalid value: "a.k8s.io/b": kubernetes.io and k8s.io namespaces are reserved'],
  ],
  [
    'drivers are named like domains',
    { volumes: [{ name: 'v0', csi: { driver: '_', nodePublishSecretRef: { name: 'A' } } }] },
    [
      "spec.volumes[0].csi.driver: Invalid value: \"_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      "spec.volumes[0].csi.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    ],
  ],
  [
    'files of the downward API come from somewhere',
    { volumes: [{ name: 'v0', downwardAPI: { items: [{ path: 'a' }, { path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] } }] },
    [
      'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
    ],
  ],
  [
    'storage names are labels',
    { volumes: [{ name: 'v0', storageos: { volumeName: 'A', secretRef: {} } }] },
    [
      'spec.volumes[0].storageos.volumeName: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \'-\', and must start and end with an alphanumeric character',
      'spec.volumes[0].storageos.secretRef.name: Required value',
    ],
  ],
  [
    'others only need their names',
    {
      volumes: [
        { name: 'v0', glusterfs: { endpoints: '', path: '' } },
        { name: 'v1', rbd: { monitors: [], image: '' } },
        { name: 'v2', scaleIO: { gateway: '', system: '', secretRef: null } },
      ],
    },
    [
      'spec.volumes[0].glusterfs.endpoints: Required value',
      'spec.volumes[0].glusterfs.path: Required value',
      'spec.volumes[1].rbd.monitors: Required value',
      'spec.volumes[1].rbd.image: Required value',
      'spec.volumes[2].scaleIO.gateway: Required value',
      'spec.volumes[2].scaleIO.system: Required value',
      'spec.volumes[2].scaleIO.volumeName: Required value',
    ],
  ],
])
