import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { poolStatusCells } from './pool-status-cells.ts'

const now = Date.UTC(2026, 0, 1, 1)
const over = (type: string): object => ({ type, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' })
const pool = { totalDevices: 3, availableDevices: 1, allocatedDevices: 1, unavailableDevices: 1 }

const shown = (status: object | undefined): unknown[] =>
  Object.values(poolStatusCells).map((cell) => {
    const found = cell({ metadata: {}, spec: { driver: 'd' }, ...(status ? { status } : {}) } as unknown as KubeObject)
    return typeof found === 'function' ? found(now) : found
  })

for (const [claim, status, cells] of [
  ['nothing is known before an answer', undefined, ['d', '-', '-', '-', '-', '-', 0, 'Pending', '<none>']],
  [
    'devices are summed over the pools',
    { poolCount: 2, pools: [pool, pool], conditions: [over('Complete')] },
    ['d', '6', '2', '2', '2', '0', 2, 'Complete', '60m'],
  ],
  [
    'pools that are left out are told',
    { poolCount: 3, pools: [{ validationError: 'bad' }], conditions: [over('Complete')] },
    ['d', '0', '0', '0', '0', '1', 3, 'Complete (1/3 pools)', '60m'],
  ],
  ['a failure sums nothing', { poolCount: 0, conditions: [over('Failed')] }, ['d', '-', '-', '-', '-', '-', 0, 'Failed', '<none>']],
] as const) {
  test(claim, async (t) => t.same(shown(status), cells))
}
