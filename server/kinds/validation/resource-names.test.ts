// Names of resources. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'a plain name is a known one',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { foo: '1' } } }] },
    [
      'spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource for containers',
    ],
  ],
  [
    'not all known ones are for containers',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { pods: '1' } } }] },
    ['spec.containers[0].resources.limits[pods]: Invalid value: "pods": must be a standard resource for containers'],
  ],
  [
    'names are qualified at most once',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { 'a/b/c': '1' } } }] },
    [
      "spec.containers[0].resources.limits[a/b/c]: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      'spec.containers[0].resources.limits[a/b/c]: Invalid value: "a/b/c": doesn\'t follow extended resource name standard',
    ],
  ],
  [
    'quota names are not for containers',
    { containers: [{ name: 'c', image: 'i', resources: { limits: { 'requests.example.com/x': '1' } } }] },
    [
      'spec.containers[0].resources.limits[requests.example.com/x]: Invalid value: "requests.example.com/x": doesn\'t follow extended resource name standard',
    ],
  ],
  [
    'pods as a whole have few',
    { resources: { limits: { 'ephemeral-storage': '1' } } },
    ['spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"'],
  ],
])
