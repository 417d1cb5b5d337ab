// The messages are the real server's.

import { kindFaults } from '../../testing/validation-faults.ts'
import { checkDaemonSet, checkDeployment } from './replicated-kinds.ts'
import { checkStatefulSet } from './stateful-sets.ts'

kindFaults(
  'apps/v1.Deployment',
  checkDeployment,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
  [
    [
      'Recreate has no rolling update',
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'types are known, and the strategy is shown',
      { strategy: { type: 'X' } },
      ['spec.strategy: Unsupported value: {"Type":"X","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'something has to give',
      { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'shares are percentages',
      { strategy: { rollingUpdate: { maxUnavailable: '101%', maxSurge: 'abc' } } },
      [
        'spec.strategy.rollingUpdate.maxSurge: Invalid value: "abc": a valid percent string must be a numeric string followed by an ending \'%\'',
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
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
    [
      'types of daemon sets',
      { updateStrategy: { type: 'X' } },
      ['spec.updateStrategy: Unsupported value: {"Type":"X","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"'],
    ],
    [
      'one of the two',
      { updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } } },
      ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero'],
    ],
    [
      'not none',
      { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
  ],
)

kindFaults(
  'apps/v1.StatefulSet',
  checkStatefulSet,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
  [
    [
      'types of stateful sets',
      { updateStrategy: { type: 'X' } },
      ['spec.updateStrategy: Invalid value: {"Type":"X","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\''],
    ],
    [
      'OnDelete rolls nothing',
      { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
      [
        'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
      ],
    ],
    [
      'partitions are not negative',
      { updateStrategy: { rollingUpdate: { partition: -1 } } },
      ['spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ],
)
