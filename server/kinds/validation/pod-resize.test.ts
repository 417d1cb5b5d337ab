import { changeFaults } from '../../testing/validation-faults.ts'
import { qosClass } from '../core/pod-qos.ts'
import { checkPodResize } from './pod-resize.ts'

const ONLY = 'spec: Forbidden: only cpu and memory resources are mutable'
const resources = { requests: { cpu: '1' } }
const pod = {
  metadata: { name: 'p' },
  spec: {
    containers: [
      { name: 'c', image: 'i', resources },
      { name: 'd', image: 'i' },
    ],
    initContainers: [{ name: 'i', image: 'i', resources }],
  },
  status: { qosClass: 'Burstable' },
}

changeFaults('core/v1.Pod', pod, (object, old, errors) => checkPodResize(object, old, errors, qosClass), [
  ['nothing changes', {}, []],
  ['more is asked for', { 'spec.containers.0.resources': { requests: { cpu: '2', memory: '1Gi' } } }, []],
  [
    'nothing is taken back',
    { 'spec.containers.0.resources': {} },
    ['spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
  ],
  ['of other resources nothing changes', { 'spec.containers.0.resources': { requests: { cpu: '1', 'ephemeral-storage': '1' } } }, [ONLY]],
  ['an image is no resource', { 'spec.containers.0.image': 'j' }, [ONLY]],
  ['nor is a node', { 'spec.nodeName': 'n' }, [ONLY]],
  [
    'names stay',
    { 'spec.containers.1.name': 'x' },
    ['spec.containers[1].name: Forbidden: containers may not be renamed or reordered on resize'],
  ],
  [
    'so does their number',
    { 'spec.initContainers': undefined },
    ['spec.initContainers: Forbidden: initContainers may not be added or removed on resize'],
  ],
  [
    'the class of service stays',
    {
      'spec.containers': ['c', 'd'].map((name) => ({
        name,
        image: 'i',
        resources: { limits: { cpu: '1', memory: '1' }, requests: { cpu: '1', memory: '1' } },
      })),
      'spec.initContainers.0.resources': { limits: { cpu: '1', memory: '1' }, requests: { cpu: '1', memory: '1' } },
    },
    ['spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'],
  ],
  [
    'a pod as a whole asks for no less than its containers',
    { 'spec.resources': { requests: { cpu: '500m' } } },
    ['spec.resources.requests[cpu]: Invalid value: "500m": must be greater than or equal to aggregate container requests of 1'],
  ],
])

changeFaults(
  'core/v1.Pod',
  { ...pod, spec: { ...pod.spec, nodeName: 'n' }, metadata: { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } } },
  (object, old, errors) => checkPodResize(object, old, errors, qosClass),
  [
    [
      'static pods stay as they are',
      { 'spec.containers.0.resources': { requests: { cpu: '2' } } },
      [': Forbidden: static pods cannot be resized'],
    ],
  ],
)
