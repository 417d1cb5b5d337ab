// Defaults of the smaller groups: networking, storage, RBAC, flow control, scheduling, discovery, dynamic resources.
// Upstream: pkg/apis/*/v1/defaults.go.
import { listAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { fill, fillZero } from './core-defaults.ts'
import type { TypeDefault } from './type-defaults.ts'

const RBAC = 'rbac.authorization.k8s.io'

const csiDriver: TypeDefault = (spec) => {
  spec['fsGroupPolicy'] ??= 'ReadWriteOnceWithFSType'
  spec['attachRequired'] ??= true
  for (const member of ['podInfoOnMount', 'storageCapacity', 'requiresRepublish', 'seLinuxMount']) spec[member] ??= false
  if (listAt(spec, 'volumeLifecycleModes').length === 0) spec['volumeLifecycleModes'] = ['Persistent']
}

const deviceRequest: TypeDefault = (value) => {
  fill(value, { allocationMode: 'ExactCount' })
  if (value['allocationMode'] === 'ExactCount') fillZero(value, { count: 1 })
}

const versions = (group: string, names: readonly string[], types: Readonly<Record<string, TypeDefault>>): [string, TypeDefault][] =>
  names.flatMap((version) => Object.entries(types).map(([type, fillIn]): [string, TypeDefault] => [`${group}/${version}.${type}`, fillIn]))

export const groupDefaults: Readonly<Record<string, TypeDefault>> = {
  'networking/v1.NetworkPolicyPort': (value) => void (value['protocol'] ??= 'TCP'),
  'networking/v1.NetworkPolicySpec': (spec) => {
    if (listAt(spec, 'policyTypes').length === 0)
      spec['policyTypes'] = listAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
  },
  'networking/v1.IngressClassParametersReference': (value) => void (value['scope'] ??= 'Cluster'),
  'storage/v1.StorageClass': (value) => {
    value['reclaimPolicy'] ??= 'Delete'
    value['volumeBindingMode'] ??= 'Immediate'
  },
  'storage/v1.CSIDriverSpec': csiDriver,
  'rbac/v1.RoleRef': (value) => fill(value, { apiGroup: RBAC }),
  'rbac/v1.Subject': (value: ValueMap) => {
    if (value['kind'] === 'User' || value['kind'] === 'Group') fill(value, { apiGroup: RBAC })
  },
  'flowcontrol/v1.FlowSchemaSpec': (value) => fillZero(value, { matchingPrecedence: 1000 }),
  'flowcontrol/v1.ExemptPriorityLevelConfiguration': (value) => {
    value['nominalConcurrencyShares'] ??= 0
    value['lendablePercent'] ??= 0
  },
  'flowcontrol/v1.LimitedPriorityLevelConfiguration': (value) => {
    value['nominalConcurrencyShares'] ??= 30
    value['lendablePercent'] ??= 0
  },
  'flowcontrol/v1.QueuingConfiguration': (value) => fillZero(value, { handSize: 8, queues: 64, queueLengthLimit: 50 }),
  'scheduling/v1.PriorityClass': (value) => void (value['preemptionPolicy'] ??= 'PreemptLowerPriority'),
  'discovery/v1.EndpointPort': (value) => {
    value['name'] ??= ''
    value['protocol'] ??= 'TCP'
  },
  ...Object.fromEntries(
    versions('resource', ['v1', 'v1beta2', 'v1beta1'], { ExactDeviceRequest: deviceRequest, DeviceSubRequest: deviceRequest }),
  ),
}
