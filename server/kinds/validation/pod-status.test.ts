// The messages are the real server's.
import { changeFaults } from '../../testing/validation-faults.ts'
import { checkPodStatusUpdate } from './pod-status.ts'

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
      restartPolicy: 'OnFailure',
      nodeName: 'n',
      containers: [
        { name: 'c', image: 'i', resources: { requests: { cpu: '1' } } },
        { name: 'd', image: 'i' },
      ],
    },
    status: {
      phase: 'Running',
      qosClass: 'Burstable',
      podIP: '1.2.3.4',
      podIPs: [{ ip: '1.2.3.4' }],
      containerStatuses: [
        { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
        { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
      ],
    },
  },
  checkPodStatusUpdate,
  [
    ['nothing changes', {}, []],
    [
      'the class stays',
      {
        status: {
          phase: 'Running',
          qosClass: 'Guaranteed',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
        },
      },
      ['status.qosClass: Invalid value: "Guaranteed": field is immutable'],
    ],
    [
      'generations are not negative',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
          observedGeneration: -1,
          conditions: [{ type: 'a b', status: 'True', observedGeneration: -1 }],
        },
      },
      [
        'status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer',
        "status.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        'status.observedGeneration: Invalid value: -1: must be a non-negative integer',
      ],
    ],
    [
      'a bound pod is nominated no more',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
          nominatedNodeName: 'A',
        },
      },
      [
        "status.nominatedNodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
      ],
    ],
    [
      'what has succeeded stays ended, what has failed may run again',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { running: {} } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { running: {} } },
          ],
        },
      },
      ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    ],
    [
      'one address of a family',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }, { ip: '1.2.3.5' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
        },
      },
      ['status.podIPs: Invalid value: [{"IP":"1.2.3.4"},{"IP":"1.2.3.5"}]: may specify no more than one IP for each IP family'],
    ],
    [
      'addresses are addresses',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }, { ip: 'x' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
        },
      },
      [
        'status.podIPs[1]: Invalid value: "x": must be a valid IP address,',
        'status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[1]: x',
        'status.podIPs: Invalid value: [{"IP":"1.2.3.4"},{"IP":"x"}]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      "the host's first address is its address",
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
          hostIP: '1.2.3.4',
          hostIPs: [{ ip: '1.2.3.5' }],
        },
      },
      ['status.hostIPs[0].ip: Invalid value: "1.2.3.5": must be equal to `hostIP`'],
    ],
    [
      "claims are the pod's",
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
          resourceClaimStatuses: [{ name: 'x', resourceClaimName: 'A' }, { name: 'x' }],
        },
      },
      [
        'status.resourceClaimStatuses[0].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
        "status.resourceClaimStatuses[0].resourceClaimName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        'status.resourceClaimStatuses[1].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
        'status.resourceClaimStatuses[1].name: Duplicate value: "x"',
      ],
    ],
    [
      'extended claims are asked for',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            { name: 'c', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 0 } } },
            { name: 'd', ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode: 1 } } },
          ],
          extendedResourceClaimStatus: {
            requestMappings: [
              { containerName: 'c', resourceName: 'x', requestName: 'A' },
              { containerName: 'z', resourceName: 'x', requestName: 'a' },
            ],
            resourceClaimName: '',
          },
        },
      },
      [
        'status.extendedResourceClaimStatus.requestMappings[0].resourceName: Invalid value: "x": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests',
        'status.extendedResourceClaimStatus.requestName: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \'-\', and must start and end with an alphanumeric character',
        'status.extendedResourceClaimStatus.requestMappings[1].containerName: Invalid value: "z": must match the name of an entry in spec.initContainers.name or spec.containers.name',
        'status.extendedResourceClaimStatus.resourceClaimName: Required value',
      ],
    ],
    [
      'users are numbers',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            {
              name: 'c',
              ready: false,
              restartCount: 0,
              image: 'i',
              imageID: '',
              state: { terminated: { exitCode: 0 } },
              user: { linux: { uid: -1, gid: 1, supplementalGroups: [-1] } },
            },
          ],
        },
      },
      [
        'status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
        'status.containerStatuses[0].user.linux.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      ],
    ],
    [
      'health is of what was asked for',
      {
        status: {
          phase: 'Running',
          qosClass: 'Burstable',
          podIP: '1.2.3.4',
          podIPs: [{ ip: '1.2.3.4' }],
          containerStatuses: [
            {
              name: 'c',
              ready: false,
              restartCount: 0,
              image: 'i',
              imageID: '',
              state: { terminated: { exitCode: 0 } },
              allocatedResourcesStatus: [
                {
                  name: 'cpu',
                  resources: [
                    { resourceID: 'a', health: 'X' },
                    { resourceID: 'a', health: 'Healthy' },
                  ],
                },
                { name: 'claim:x' },
              ],
            },
          ],
        },
      },
      [
        'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "X": supported values: "Healthy", "Unhealthy", "Unknown"',
        'status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].resourceID: Duplicate value: "a"',
        "status.containerStatuses[0].allocatedResourcesStatus[1].name: Invalid value: \"claim:x\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
      ],
    ],
  ],
)
