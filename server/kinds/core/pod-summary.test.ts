import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { podReady, podRestarts, podStatus } from './pod-summary.ts'

interface Given {
  phase?: string
  reason?: string
  conditions?: object[]
  init?: object[]
  sidecars?: string[]
  containers?: object[]
  deleted?: boolean
}

const pod = ({ phase = 'Running', reason, conditions, init = [], sidecars = [], containers = [], deleted }: Given): KubeObject => ({
  metadata: { name: 'p', ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  spec: {
    containers: containers.map(() => ({})),
    initContainers: init.map((status) => ({
      ...status,
      ...(sidecars.includes((status as { name: string }).name) ? { restartPolicy: 'Always' } : {}),
    })),
  },
  status: { phase, reason, conditions, initContainerStatuses: init, containerStatuses: containers },
})

const isTrue = (type: string): object => ({ type, status: 'True' })
const running = { ready: true, state: { running: {} } }
const waiting = (reason: string): object => ({ state: { waiting: { reason } } })
const ended = (exitCode: number, more: object = {}): object => ({ state: { terminated: { exitCode, ...more } } })

const cases: readonly [given: Given, status: string, ready: string][] = [
  [{ phase: 'Pending' }, 'Pending', '0/0'],
  [{ phase: 'Failed', reason: 'Evicted' }, 'Evicted', '0/0'],
  [{ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }, 'SchedulingGated', '0/0'],
  [{ containers: [running, running] }, 'Running', '2/2'],
  [{ containers: [running, waiting('CrashLoopBackOff')] }, 'CrashLoopBackOff', '1/2'],
  [{ containers: [waiting('ImagePullBackOff'), waiting('ErrImagePull')] }, 'ImagePullBackOff', '0/2'],
  [{ containers: [ended(0, { reason: 'Completed' })] }, 'Completed', '0/1'],
  [{ containers: [ended(2)] }, 'ExitCode:2', '0/1'],
  [{ containers: [ended(137, { signal: 9 })] }, 'Signal:9', '0/1'],
  [{ containers: [ended(1, { reason: 'OOMKilled' })] }, 'OOMKilled', '0/1'],
  [{ conditions: [isTrue('Ready')], containers: [ended(0, { reason: 'Completed' }), running] }, 'Running', '1/2'],
  [{ containers: [ended(0, { reason: 'Completed' }), running] }, 'NotReady', '1/2'],
  [{ containers: [ended(0, { reason: 'Completed' }), ended(1, { reason: 'Error' })] }, 'Error', '0/2'],
  [{ deleted: true, containers: [running] }, 'Terminating', '1/1'],
  [{ deleted: true, phase: 'Succeeded', containers: [ended(0, { reason: 'Completed' })] }, 'Completed', '0/1'],
  [{ deleted: true, reason: 'NodeLost', containers: [running] }, 'Unknown', '1/1'],
  [{ phase: 'Pending', init: [{ name: 'a' }, { name: 'b' }], containers: [waiting('PodInitializing')] }, 'Init:0/2', '0/1'],
  [
    {
      phase: 'Pending',
      init: [
        { name: 'a', ...ended(0) },
        { name: 'b', ...waiting('PodInitializing') },
      ],
      containers: [{}],
    },
    'Init:1/2',
    '0/1',
  ],
  [{ phase: 'Pending', init: [{ name: 'a', ...waiting('CrashLoopBackOff') }], containers: [{}] }, 'Init:CrashLoopBackOff', '0/1'],
  [{ phase: 'Pending', init: [{ name: 'a', ...ended(3) }], containers: [{}] }, 'Init:ExitCode:3', '0/1'],
  [{ phase: 'Pending', init: [{ name: 'a', ...ended(3, { signal: 15 }) }], containers: [{}] }, 'Init:Signal:15', '0/1'],
  [{ phase: 'Pending', init: [{ name: 'a', ...ended(3, { reason: 'Error' }) }], containers: [{}] }, 'Init:Error', '0/1'],
  [{ init: [{ name: 'a', started: true, ...running }], sidecars: ['a'], containers: [running] }, 'Running', '2/2'],
  [
    { init: [{ name: 'a', started: true, ready: false, state: { running: {} } }], sidecars: ['a'], containers: [running] },
    'Running',
    '1/2',
  ],
  [
    { phase: 'Pending', init: [{ name: 'a', started: false, ...running }], sidecars: ['a'], containers: [waiting('PodInitializing')] },
    'Init:0/1',
    '0/2',
  ],
  [{ init: [{ name: 'a', started: true, ready: true, ...ended(0) }], sidecars: ['a'], containers: [running] }, 'Running', '1/2'],
  [
    { conditions: [isTrue('Initialized')], init: [{ name: 'a', ...waiting('CrashLoopBackOff') }], containers: [running] },
    'Init:CrashLoopBackOff',
    '1/1',
  ],
]

for (const [given, status, ready] of cases) {
  test(`${JSON.stringify(given)} shows as ${status} ${ready}`, async (t) => {
    t.equal(podStatus(pod(given)), status)
    t.equal(podReady(pod(given)), ready)
  })
}

const restarted = (restartCount: number, finishedAt?: string): object => ({
  ...running,
  restartCount,
  ...(finishedAt ? { lastState: { terminated: { finishedAt } } } : {}),
})
const now = Date.UTC(2026, 0, 1, 0, 10)

const restartCases: readonly [claim: string, given: Given, shown: string][] = [
  ['none', { containers: [running] }, '0'],
  ['without a date', { containers: [restarted(2)] }, '2'],
  [
    "a sum, and the last one's age",
    { containers: [restarted(2, '2026-01-01T00:00:00Z'), restarted(1, '2026-01-01T00:05:00Z')] },
    '3 (5m ago)',
  ],
  [
    "past initialization only sidecars' and main containers'",
    {
      init: [
        { name: 'a', started: true, ...restarted(4) },
        { name: 'b', ...ended(0), restartCount: 8 },
      ],
      sidecars: ['a'],
      containers: [restarted(1)],
    },
    '5',
  ],
  [
    "while initializing the init containers'",
    { init: [{ name: 'a', ...waiting('CrashLoopBackOff'), restartCount: 8 }], containers: [restarted(1)] },
    '8',
  ],
]
for (const [claim, given, shown] of restartCases) {
  test(`restarts: ${claim}`, async (t) => {
    const cell = podRestarts(pod(given))
    t.equal(typeof cell === 'function' ? cell(now) : cell, shown)
  })
}
