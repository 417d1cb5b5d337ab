// The messages are the real server's.
import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { validateSlice, validateSliceUpdate } from './slice-rules.ts'

const slice = (spec: object, device: object = {}): KubeObject =>
  ({
    metadata: { name: 's' },
    spec: {
      driver: 'gpu.example.com',
      nodeName: 'node-1',
      pool: { name: 'pool', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0', ...device }],
      ...spec,
    },
  }) as unknown as KubeObject

const said = (errors: readonly Parameters<typeof fieldErrorMessage>[0][]): string[] =>
  errors.map((error) => fieldErrorMessage(error).replace(/ \((?:e\.g\.|regex used).*$/s, ''))

const ONE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

const rows: readonly (readonly [claim: string, object: KubeObject, faults: readonly string[]])[] = [
  ['a slice as drivers publish them', slice({}), []],
  ['devices are somewhere', slice({ nodeName: undefined }), [`spec: Required value: ${ONE}`]],
  ['in one way', slice({ allNodes: true }), [`spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${ONE}, but multiple fields are set`]],
  [
    'terms are shown as upstream has them',
    slice({ nodeName: undefined, nodeSelector: { nodeSelectorTerms: [{}, { matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } }),
    [
      'spec.nodeSelector.nodeSelectorTerms: Invalid value: [{"MatchExpressions":null,"MatchFields":null},{"MatchExpressions":[{"Key":"a","Operator":"Exists","Values":null}],"MatchFields":null}]: must have exactly one node selector term',
    ],
  ],
  [
    'failures need conditions',
    slice({}, { bindingFailureConditions: ['Some Text'] }),
    [
      "spec.devices[0].bindingFailureConditions[0]: Invalid value: \"Some Text\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      'spec.devices[0].bindingConditions: Invalid value: null: bindingConditions are required to use bindingFailureConditions',
    ],
  ],
  [
    'an attribute has one value',
    slice({}, { attributes: { a: {}, 'b-c': { version: '1.0' } } }),
    [
      'spec.devices[0].attributes[a]: Invalid value: "": exactly one value must be specified',
      "spec.devices[0].attributes: Invalid value: \"b-c\": a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
      'spec.devices[0].attributes[b-c].version: Invalid value: "1.0": must be a string compatible with semver.org spec 2.0.0',
    ],
  ],
  [
    'policies are for shared devices',
    slice({}, { capacity: { memory: { value: '1Gi', requestPolicy: { default: '1' } } } }),
    ['spec.devices[0].capacity[memory].requestPolicy: Forbidden: allowMultipleAllocations must be true'],
  ],
  [
    'choices are in order, within the capacity, and the default is one of them',
    slice(
      {},
      {
        allowMultipleAllocations: true,
        capacity: { memory: { value: '2Gi', requestPolicy: { default: '4Gi', validValues: ['3Gi', '1Gi'] } } },
      },
    ),
    [
      'spec.devices[0].capacity[memory].requestPolicy.validValues[1]: Invalid value: "1Gi": values must be sorted in ascending order',
      'spec.devices[0].capacity[memory].requestPolicy.validValues[0]: Invalid value: "3Gi": option is larger than capacity value: 2Gi',
      'spec.devices[0].capacity[memory].requestPolicy.validValues: Invalid value: "4Gi": default value is not valid according to the requestPolicy',
    ],
  ],
  [
    'counters or devices',
    slice({ sharedCounters: [{ name: 'c' }] }),
    ['spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed', 'spec.sharedCounters[0].counters: Required value'],
  ],
  ['devices have names of their own', slice({ devices: [{ name: 'a' }, { name: 'a' }] }), ['spec.devices[1]: Duplicate value: "a"']],
]

for (const [claim, object, faults] of rows) test(claim, async (t) => t.same(said(validateSlice(object)), faults))

test('whose devices they are, and where, stays', async (t) => {
  const now = slice({ driver: 'other.example.com', nodeName: 'node-2' })
  t.same(said(validateSliceUpdate(now, slice({}))), [
    'spec.driver: Invalid value: "other.example.com": field is immutable',
    'spec.nodeName: Invalid value: "node-2": field is immutable',
  ])
})
