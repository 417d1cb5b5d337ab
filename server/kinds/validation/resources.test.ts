// What containers and pods ask for. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'amounts are not negative',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '-1' } } }] },
    ['spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'no more is asked for than allowed',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '500m' }, requests: { cpu: '0.6' } } }] },
    ['spec.containers[0].resources.requests: Invalid value: "600m": must be less than or equal to cpu limit of 500m'],
  ],
  [
    'the same in other units is the same',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1000m' }, requests: { cpu: '1' } } }] },
    [],
  ],
  [
    'what is counted is whole, and limited',
    { containers: [{ name: 'c', image: 'i', resources: { requests: { 'example.com/x': '1500m' } } }] },
    [
      'spec.containers[0].resources.requests[example.com/x]: Invalid value: "1500m": must be an integer',
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
  ],
  [
    'what is counted is asked for as limited',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { 'example.com/x': '2' }, requests: { 'example.com/x': '1' } } }] },
    ['spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/x limit of 2'],
  ],
  [
    'huge pages are whole, and not alone',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { 'hugepages-2Mi': '3Mi' } } }] },
    [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
  ],
  [
    'claims are of the pod',
    {
      containers: [{ name: 'c', image: 'i', resources: { claims: [{ name: 'x' }, { name: 'y' }, { name: 'y' }] } }],
      resourceClaims: [{ name: 'y', resourceClaimName: 'z' }],
    },
    [
      'spec.containers[0].resources.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims: y',
      'spec.containers[0].resources.claims[2]: Duplicate value: "y"',
    ],
  ],
  [
    'a pod asks for what its containers do',
    {
      containers: [
        { name: 'c', image: 'i', resources: { requests: { cpu: '600m' }, limits: { cpu: '2' } } },
        { name: 'd', image: 'i', resources: { requests: { cpu: '600m' } } },
      ],
      resources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
    },
    [
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 1200m',
      'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
    ],
  ],
])
