// The messages are the real server's.
import { changeFaults } from '../../testing/validation-faults.ts'
import { checkEphemeralUpdate, checkPodCreate, checkPodUpdate } from './pods.ts'

const pod = {
  metadata: { name: 'n' },
  spec: {
    serviceAccountName: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ],
    containers: [{ name: 'c', image: 'i' }],
  },
}

changeFaults('core/v1.Pod', pod, (object, _, errors) => checkPodCreate(object, errors), [
  ['the least is enough', {}, []],
  [
    'no ephemeral containers',
    { 'spec.ephemeralContainers': [{ name: 'e', image: 'i' }] },
    ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
  ],
  [
    'no node behind gates',
    { 'spec.nodeName': 'n', 'spec.schedulingGates': [{ name: 'g' }] },
    ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
  ],
  [
    'no spaces around images',
    { 'spec.containers': [{ name: 'c', image: ' i' }] },
    ['spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace'],
  ],
  [
    'annotations say what fields say',
    {
      'metadata.annotations': { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' },
      'spec.securityContext': { seccompProfile: { type: 'RuntimeDefault' } },
    },
    ['spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match'],
  ],
  [
    'annotations are well formed',
    { 'metadata.annotations': { 'controller.kubernetes.io/pod-deletion-cost': '+1', 'seccomp.security.alpha.kubernetes.io/pod': 'x' } },
    [
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
      'metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "x": must be a valid seccomp profile',
    ],
  ],
  [
    'annotations are of containers',
    { 'metadata.annotations': { 'container.apparmor.security.beta.kubernetes.io/x': 'bad' } },
    [
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "x": container not found',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "bad": invalid AppArmor profile name: "bad"',
    ],
  ],
  [
    'a claim that a volume makes is not taken by another',
    {
      'spec.volumes': [
        {
          name: 'v',
          ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } } } },
        },
        { name: 'w', persistentVolumeClaim: { claimName: 'n-v' } },
      ],
    },
    [
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "n-v": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
])

changeFaults(
  'core/v1.Pod',
  {
    metadata: { name: 'g' },
    spec: {
      serviceAccountName: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
      containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always' }],
      activeDeadlineSeconds: 100,
      schedulingGates: [{ name: 'g' }],
      nodeSelector: { a: 'b' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] },
        },
      },
    },
  },
  checkPodUpdate,
  [
    ['nothing changes', {}, []],
    ['an image may', { 'spec.containers.0.image': 'x' }, []],
    [
      'not to one with spaces',
      { 'spec.containers.0.image': ' x' },
      [
        'spec.containers[0].image: Invalid value: " x": must not have leading or trailing whitespace',
        'spec.containers[0].image: Invalid value: " x": must not have leading or trailing whitespace',
      ],
    ],
    ['a deadline comes nearer', { 'spec.activeDeadlineSeconds': 99 }, []],
    [
      'and no further away',
      { 'spec.activeDeadlineSeconds': 101 },
      ['spec.activeDeadlineSeconds: Invalid value: 101: must be less than or equal to previous value'],
    ],
    [
      'and does not go',
      { 'spec.activeDeadlineSeconds': undefined },
      ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value'],
    ],
    [
      'containers are not added',
      {
        'spec.containers': [
          { name: 'c', image: 'i', imagePullPolicy: 'Always' },
          { name: 'd', image: 'i' },
        ],
      },
      ['spec.containers: Forbidden: pod updates may not add or remove containers'],
    ],
    [
      'gates are not added',
      { 'spec.schedulingGates': [{ name: 'x' }] },
      ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'x'"],
    ],
    ['gates go', { 'spec.schedulingGates': undefined }, []],
    [
      'while there are gates nodes are narrowed',
      {
        'spec.nodeSelector': { a: 'b', c: 'd' },
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms': [
          {
            matchExpressions: [
              { key: 'a', operator: 'Exists' },
              { key: 'b', operator: 'Exists' },
            ],
          },
        ],
      },
      [],
    ],
    [
      'and not widened',
      {
        'spec.nodeSelector': undefined,
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms': [
          { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
          {},
        ],
      },
      [
        'spec.nodeSelector: Invalid value: null: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Invalid value: [{"MatchExpressions":[{"Key":"a","Operator":"Exists","Values":null}],"MatchFields":null},{"MatchExpressions":null,"MatchFields":null}]: no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ],
    ],
    [
      'nor changed',
      {
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms': [
          { matchExpressions: [{ key: 'z', operator: 'Exists' }] },
        ],
      },
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"MatchExpressions":[{"Key":"z","Operator":"Exists","Values":null}],"MatchFields":null}: only additions are allowed (no mutations or deletions)',
      ],
    ],
    [
      'a pod does not become static',
      { 'metadata.annotations': { 'kubernetes.io/config.mirror': 'x' } },
      [
        'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
        'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation',
        'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
      ],
    ],
    [
      'anything else is refused, with the difference',
      { 'spec.hostNetwork': true },
      [
        'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n@@ -46,7 +46,7 @@\n  "AutomountServiceAccountToken": null,\n  "NodeName": "",\n  "SecurityContext": {\n-  "HostNetwork": false,\n+  "HostNetwork": true,\n   "HostPID": false,\n   "HostIPC": false,\n   "ShareProcessNamespace": null,\n',
      ],
    ],
  ],
)

changeFaults(
  'core/v1.Pod',
  {
    metadata: { name: 'g' },
    spec: {
      serviceAccountName: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
      containers: [{ name: 'c', image: 'i' }],
      ephemeralContainers: [{ name: 'e', image: 'i' }],
    },
  },
  checkEphemeralUpdate,
  [
    [
      'one more comes',
      {
        'spec.ephemeralContainers': [
          { name: 'e', image: 'i' },
          { name: 'f', image: 'i' },
        ],
      },
      [],
    ],
    [
      'none goes',
      { 'spec.ephemeralContainers': undefined },
      ['spec.ephemeralContainers: Forbidden: existing ephemeral containers "e" may not be removed\n'],
    ],
    [
      'what is there stays as it is',
      { 'spec.ephemeralContainers': [{ name: 'e', image: 'j' }] },
      [
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "e" may not be changed\n@@ -1,6 +1,6 @@\n {\n  "Name": "e",\n- "Image": "i",\n+ "Image": "j",\n  "Command": null,\n  "Args": null,\n  "WorkingDir": "",\n',
      ],
    ],
    [
      'names are new',
      {
        'spec.ephemeralContainers': [
          { name: 'e', image: 'i' },
          { name: 'c', image: 'i', targetContainerName: 'x', ports: [{ containerPort: 1 }] },
        ],
      },
      [
        'spec.ephemeralContainers[1].name: Duplicate value: "c"',
        'spec.ephemeralContainers[1].targetContainerName: Not found: "x"',
        'spec.ephemeralContainers[1].ports: Forbidden: cannot be set for an Ephemeral Container',
      ],
    ],
  ],
)
