import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { jobCompletions, jobDuration, jobStatus } from './job-summary.ts'

const now = Date.UTC(2026, 0, 1, 1)
const job = (spec: object, status: object, metadata: object = {}): KubeObject => ({
  kind: 'Job',
  apiVersion: 'batch/v1',
  metadata,
  spec,
  status,
})
const conditions = (...types: string[]): object => ({ conditions: types.map((type) => ({ type, status: 'True' })) })

for (const [shown, status, metadata] of [
  ['Running', {}, {}],
  ['Complete', conditions('SuccessCriteriaMet', 'Complete'), {}],
  ['Failed', conditions('FailureTarget', 'Failed'), {}],
  ['Failed', conditions('Failed'), { deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ['Terminating', conditions('Suspended'), { deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ['Suspended', conditions('Suspended', 'FailureTarget'), {}],
  ['FailureTarget', conditions('FailureTarget', 'SuccessCriteriaMet'), {}],
  ['SuccessCriteriaMet', conditions('SuccessCriteriaMet'), {}],
  ['Running', { conditions: [{ type: 'Complete', status: 'False' }] }, {}],
] as const) {
  test(`a job with ${JSON.stringify({ ...status, ...metadata })} is ${shown}`, async (t) =>
    t.equal(jobStatus(job({}, status, metadata)), shown))
}

for (const [shown, spec, status] of [
  ['1/3', { completions: 3, parallelism: 2 }, { succeeded: 1 }],
  ['0/1', {}, {}],
  ['0/1', { parallelism: 1 }, {}],
  ['2/1 of 4', { parallelism: 4 }, { succeeded: 2 }],
] as const) {
  test(`of ${JSON.stringify({ ...spec, ...status })}, ${shown} is done`, async (t) => t.equal(jobCompletions(job(spec, status)), shown))
}

for (const [shown, status] of [
  ['', {}],
  ['60m', { startTime: '2026-01-01T00:00:00Z' }],
  ['5m7s', { startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:05:07Z' }],
] as const) {
  test(`${JSON.stringify(status)} took '${shown}'`, async (t) => {
    const cell = jobDuration(job({}, status))
    t.equal(typeof cell === 'function' ? cell(now) : cell, shown)
  })
}
