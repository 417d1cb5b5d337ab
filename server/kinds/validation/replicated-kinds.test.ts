// The messages are the real server's.

import { kindFaults } from '../../testing/validation-faults.ts'
import { checkDaemonSet, checkDeployment, checkReplicaSet, checkReplicationController } from './replicated-kinds.ts'

kindFaults(
  'apps/v1.Deployment',
  checkDeployment,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
  [
    ['the least is enough', {}, []],
    [
      'a selector has to be there',
      { selector: undefined },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
      ],
    ],
    ['and to select something', { selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      "and to take the template's pods",
      { selector: { matchLabels: { x: 'y' } } },
      ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
    ],
    [
      'one that cannot be used says so twice',
      { selector: { matchExpressions: [{ key: 'a', operator: 'X' }] } },
      [
        'spec.selector.matchExpressions[0].operator: Invalid value: "X": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"X"}]}: invalid label selector',
      ],
    ],
    [
      'counts are not negative',
      { replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1 },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'a deadline is after pods count as ready',
      { minReadySeconds: 10, progressDeadlineSeconds: 10 },
      ['spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds'],
    ],
    [
      'pods are always started anew',
      { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
  ],
)

kindFaults(
  'apps/v1.ReplicaSet',
  checkReplicaSet,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
  [
    [
      'a replica set is checked as a deployment is',
      { replicas: -1, selector: {} },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
      ],
    ],
  ],
)

kindFaults(
  'apps/v1.DaemonSet',
  checkDaemonSet,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
  [
    ['a daemon set has a selector too', { selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
    [
      'that takes its pods',
      { selector: { matchLabels: { x: 'y' } }, minReadySeconds: -1 },
      [
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'its pods have no deadline',
      { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }], activeDeadlineSeconds: 1 } } },
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported'],
    ],
  ],
)

kindFaults(
  'core/v1.ReplicationController',
  checkReplicationController,
  { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }, selector: { a: 'b' } },
  [
    ['a replication controller takes a selector from its template', { selector: undefined }, []],
    [
      'a selector does not fit',
      { selector: { x: 'y' }, replicas: -1 },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'a template has to be there',
      { template: undefined, selector: undefined },
      ['spec.selector: Required value', 'spec.template: Required value'],
    ],
  ],
)
