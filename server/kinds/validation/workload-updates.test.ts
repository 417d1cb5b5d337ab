// The messages are the real server's.
import { changeFaults } from '../../testing/validation-faults.ts'
import { checkDeployment, checkDeploymentStatus } from './replicated-kinds.ts'
import { checkStatefulSetStatus, checkStatefulSetUpdate } from './stateful-sets.ts'

const deployment = {
  metadata: { name: 'g' },
  spec: {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
}
const set = {
  metadata: { name: 'g' },
  spec: {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
    serviceName: 's',
  },
}

changeFaults('apps/v1.Deployment', deployment, (object, old, errors) => checkDeployment(object, errors, old), [
  ['the template changes', { 'spec.template.spec.containers.0.image': 'x' }, []],
  [
    'the selector does not',
    { 'spec.selector': { matchLabels: { x: 'y' } } },
    [
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
      'spec.selector: Invalid value: {"matchLabels":{"x":"y"}}: field is immutable',
    ],
  ],
])

changeFaults('apps/v1.Deployment', { ...deployment, status: { collisionCount: 2 } }, checkDeploymentStatus, [
  [
    'parts are no more than the whole',
    { status: { collisionCount: 2, replicas: 1, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 3 } },
    [
      'status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
    ],
  ],
  ['collisions are only counted up', { status: { collisionCount: 1 } }, ['status.collisionCount: Invalid value: 1: cannot be decremented']],
  [
    'counts are not negative',
    { status: { collisionCount: 3, replicas: -1, unavailableReplicas: -1 } },
    [
      'status.replicas: Invalid value: -1: must be greater than or equal to 0',
      'status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.updatedReplicas: Invalid value: 0: cannot be greater than status.replicas',
      'status.readyReplicas: Invalid value: 0: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 0: cannot be greater than status.replicas',
    ],
  ],
])

changeFaults('apps/v1.StatefulSet', set, checkStatefulSetUpdate, [
  ['replicas change', { 'spec.replicas': 3 }, []],
  [
    'most does not',
    { 'spec.serviceName': 'x' },
    [
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
  ],
  [
    'nor does what was wrong become right',
    { 'spec.podManagementPolicy': 'X' },
    [
      "spec.podManagementPolicy: Invalid value: \"X\": must be 'OrderedReady' or 'Parallel'",
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
  ],
])

changeFaults('apps/v1.StatefulSet', set, checkStatefulSetStatus, [
  [
    'parts of stateful sets',
    { status: { replicas: 1, currentReplicas: 2, availableReplicas: 1 } },
    [
      'status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas',
    ],
  ],
])
