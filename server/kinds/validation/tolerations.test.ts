// Taints put up with. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'without a key everything is tolerated, or nothing',
    { tolerations: [{}, { operator: 'Exists' }] },
    [
      'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ],
  [
    'operators and effects are known',
    { tolerations: [{ key: 'a', operator: 'X', effect: 'Y' }] },
    [
      'spec.tolerations[0].operator: Unsupported value: "X": supported values: "Equal", "Exists"',
      'spec.tolerations[0].effect: Unsupported value: "Y": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    'existence has no value',
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'b', tolerationSeconds: 1 }] },
    [
      'spec.tolerations[0].effect: Invalid value: "": effect must be \'NoExecute\' when `tolerationSeconds` is set',
      'spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
    ],
  ],
  [
    'numbers are not compared yet',
    { tolerations: [{ key: 'a', operator: 'Lt', value: '1' }] },
    ['spec.tolerations[0].operator: Unsupported value: "Lt": supported values: "Equal", "Exists", "Lt", "Gt"'],
  ],
])
