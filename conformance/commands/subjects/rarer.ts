// Kinds that few people type: storage, devices, admission, flow control, scheduling, networking; how they are listed and described.
import type { Subject } from '../command.ts'

const WORLD = `apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: csi.harbour.local}
spec: {attachRequired: true, podInfoOnMount: false, fsGroupPolicy: File, tokenRequests: [{audience: a}]}
---
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: wreck}
spec: {drivers: [{name: csi.harbour.local, nodeID: n1, topologyKeys: [zone], allocatable: {count: 3}}]}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: rope}
spec: {attacher: csi.harbour.local, nodeName: wreck, source: {persistentVolumeName: far}}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: quick}
driverName: csi.harbour.local
parameters: {iops: "100"}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: csi, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.harbour.local
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: far, labels: {zone: sea}}
spec:
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteMany]
  csi: {driver: csi.harbour.local, volumeHandle: h, volumeAttributes: {a: b}}
  storageClassName: csi
  claimRef: {name: later, namespace: rarer}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [sea]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: waits}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: engines}
spec: {selectors: [{cel: {expression: "device.driver == 'engine.harbour.local'"}}]}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: motor}
spec: {devices: {requests: [{name: one, exactly: {deviceClassName: engines}}]}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: motors}
spec: {spec: {devices: {requests: [{name: one, exactly: {deviceClassName: engines, count: 2}}]}}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: slice}
spec: {driver: engine.harbour.local, nodeName: wreck, pool: {name: p, generation: 1, resourceSliceCount: 1}, devices: [{name: d0}]}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: runsc
overhead: {podFixed: {cpu: 10m}}
scheduling: {nodeSelector: {a: b}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: gulls}
spec:
  type: Limited
  limited: {nominalConcurrencyShares: 3, limitResponse: {type: Queue, queuing: {queues: 8, handSize: 2, queueLengthLimit: 5}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: gulls}
spec:
  matchingPrecedence: 500
  priorityLevelConfiguration: {name: gulls}
  rules: [{subjects: [{kind: User, user: {name: gull}}], nonResourceRules: [{verbs: [get], nonResourceURLs: [/fish]}]}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: hand-made, labels: {kubernetes.io/service-name: none}}
addressType: IPv4
endpoints: [{addresses: [10.1.2.3, 10.1.2.4], conditions: {ready: true}, nodeName: wreck, zone: z}]
ports: [{name: http, port: 80}, {port: 81}]
---
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: {name: more}
spec: {cidrs: [10.99.0.0/24]}
---
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: {name: 10.99.0.9}
spec: {parentRef: {resource: services, name: none, namespace: rarer}}
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: note}
revision: 3
data: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: robot-token, annotations: {kubernetes.io/service-account.name: default}}
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: Endpoints
metadata: {name: old}
subsets: [{addresses: [{ip: 10.1.1.1}], notReadyAddresses: [{ip: 10.1.1.2}], ports: [{port: 80, name: a}, {port: 81, name: b}]}]
---
apiVersion: v1
kind: Service
metadata: {name: fronts}
spec:
  externalIPs: [192.0.2.7]
  sessionAffinity: ClientIP
  internalTrafficPolicy: Local
  ports: [{port: 80, protocol: UDP, name: u}, {port: 81, targetPort: named, name: t, appProtocol: http}]
`

/** Each is listed wide and described. */
const KINDS = [
  'csidriver csi.harbour.local',
  'csinode wreck',
  'volumeattributesclass quick',
  'storageclass csi',
  'pv far',
  'pvc waits',
  'deviceclass engines',
  'resourceclaim motor',
  'resourceclaimtemplate motors',
  'resourceslice slice',
  'runtimeclass sandbox',
  'prioritylevelconfiguration gulls',
  'flowschema gulls',
  'endpointslice hand-made',
  'ipaddress 10.99.0.9',
  'controllerrevision note',
  'endpoints old',
  'service fronts',
]

export const rarer: Subject = {
  name: 'rarer',
  files: { 'world.yaml': WORLD },
  commands: [
    'kubectl create -f world.yaml',
    {
      line: 'kubectl describe secret robot-token | sed "s/bytes.*/bytes/;s/[0-9]* bytes/N bytes/"',
      until: ['kubectl get secret robot-token -o jsonpath={.data.token} | grep -q .'],
    },
    'kubectl get volumeattachment rope -o wide',
    'kubectl describe volumeattachment rope',
    {
      line: 'kubectl get pvc waits -o wide',
      name: 'a claim that waits for its pod',
      until: ['kubectl get events --field-selector=involvedObject.name=waits -o name | grep event'],
    },
    ...KINDS.flatMap((object) => [`kubectl get ${object} -o wide`, `kubectl describe ${object}`]),
    'kubectl patch pv far -p \'{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}\' -o jsonpath={.spec.persistentVolumeReclaimPolicy}',
    'kubectl patch pv far -p \'{"spec":{"capacity":{"storage":"1Gi"},"csi":{"volumeHandle":"x"}}}\'',
    'kubectl patch pvc waits -p \'{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}\'',
    'kubectl patch runtimeclass sandbox -p \'{"handler":"other"}\'',
    'kubectl patch storageclass csi -p \'{"provisioner":"other"}\'',
    'kubectl patch csidriver csi.harbour.local -p \'{"spec":{"attachRequired":false}}\'',
    'kubectl patch resourceclaim motor -p \'{"spec":{"devices":{"requests":[]}}}\'',
    'kubectl patch resourceclaimtemplate motors --type=merge -p \'{"spec":{"spec":{"devices":{"requests":[{"name":"two","exactly":{"deviceClassName":"engines"}}]}}}}\'',
    'kubectl patch resourceslice slice -p \'{"spec":{"nodeName":"berth","driver":"x.local","pool":{"name":"q"}}}\'',
    'kubectl label resourceclaim motor a=b',
    'kubectl patch endpointslice hand-made -p \'{"addressType":"IPv6"}\'',
    'kubectl patch servicecidr more -p \'{"spec":{"cidrs":["10.99.0.0/16"]}}\'',
    'kubectl delete pv far --wait=false',
    'kubectl get pv far -o jsonpath={.metadata.finalizers}',
    'kubectl delete flowschema,prioritylevelconfiguration gulls',
    'kubectl delete prioritylevelconfiguration exempt --dry-run=server',
    'kubectl delete servicecidr more --wait=false',
    'kubectl delete -f world.yaml --ignore-not-found --wait=false | wc -l',
  ],
}
