import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { checkClaim, checkClaimStatus } from './claim-rules.ts'

const exactly = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 }
const requests = [
  { name: 'a', exactly },
  { name: 'b', firstAvailable: [{ name: 'c', ...exactly }] },
]
const UNKNOWN = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

const claims: readonly [devices: object, messages: string[]][] = [
  [{ requests, constraints: [{ requests: ['a', 'b/c'], matchAttribute: 'x.example/y' }] }, []],
  [{ requests: [{ name: 'a' }] }, ['spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required']],
  [
    { requests: [{ name: 'a', exactly, firstAvailable: [{ name: 'c', ...exactly }] }] },
    [
      'spec.devices.requests[0]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
    ],
  ],
  [
    {
      requests: [
        { name: 'a.b', exactly: { ...exactly, count: -1, selectors: [{}] } },
        { name: 'a.b', exactly },
      ],
    },
    [
      'spec.devices.requests[0].name: Invalid value: "a.b": must not contain dots',
      'spec.devices.requests[0].exactly.selectors[0].cel: Required value',
      'spec.devices.requests[0].exactly.count: Invalid value: -1: must be greater than zero',
      'spec.devices.requests[1].name: Invalid value: "a.b": must not contain dots',
      'spec.devices.requests[1]: Duplicate value: "a.b"',
    ],
  ],
  [
    { requests, constraints: [{ requests: ['b/d', 'a/b/c'], distinctAttribute: 'y' }] },
    [
      `spec.devices.constraints[0].requests[0]: Invalid value: "b/d": ${UNKNOWN}`,
      `spec.devices.constraints[0].requests[1]: Invalid value: "a/b/c": ${UNKNOWN}`,
      'spec.devices.constraints[0].distinctAttribute: Invalid value: "y": a fully qualified name must be a domain and a name separated by a slash',
    ],
  ],
  [
    { requests, config: [{ requests: ['a', 'a'], opaque: { driver: 'd', parameters: [1] } }, {}] },
    [
      'spec.devices.config[0].requests[1]: Duplicate value: "a"',
      'spec.devices.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
      'spec.devices.config[1].opaque: Required value',
    ],
  ],
]

const shown = (errors: readonly FieldError[]): string[] => errors.map(fieldErrorMessage)

for (const [devices, messages] of claims)
  test(`${JSON.stringify(devices).slice(0, 100)} has ${messages.length} faults`, async (t) => {
    t.same(shown(checkClaim({ metadata: {}, spec: { devices } } as KubeObject)), messages)
  })

const device = { driver: 'd', pool: 'p', device: 'x' }
const allocation = { devices: { results: [{ request: 'a', ...device }] } }
const consumer = { resource: 'pods', name: 'n', uid: 'u' }

const statuses: readonly [status: object, before: object, messages: string[]][] = [
  [{ allocation, reservedFor: [consumer], devices: [device] }, {}, []],
  [
    { reservedFor: [{ ...consumer, uid: '' }] },
    {},
    ['status.reservedFor[0].uid: Required value', 'status.reservedFor: Forbidden: may not be specified when `allocated` is not set'],
  ],
  [
    { devices: [{ ...device, pool: 'A', shareID: 'short' }] },
    {},
    [
      "status.devices[0].pool: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'status.devices[0].shareID: Invalid value: "short": error validating uid: invalid UUID length: 5',
      'status.devices[0]: Invalid value: {"Driver":"d","Pool":"A","Device":"x","ShareID":"short"}: must be an allocated device in the claim',
    ],
  ],
  [
    { allocation, devices: [{ ...device, networkData: { ips: ['10.0.0.1', '10.0.0.1/24'] } }] },
    { allocation },
    [
      'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
    ],
  ],
]

for (const [status, before, messages] of statuses)
  test(`the status ${JSON.stringify(status).slice(0, 90)} has ${messages.length} faults`, async (t) => {
    const claim = (own: object): KubeObject => ({ metadata: {}, spec: { devices: { requests } }, status: own }) as KubeObject
    t.same(shown(checkClaimStatus(claim(status), claim(before))), messages)
  })

test('what was allocated stays', async (t) => {
  const claim = (results: object[]): KubeObject =>
    ({ metadata: {}, spec: { devices: { requests } }, status: { allocation: { devices: { results } } } }) as KubeObject
  t.match(shown(checkClaimStatus(claim([{ request: 'b/c', ...device }]), claim([{ request: 'a', ...device }]))), [/field is immutable$/])
})
