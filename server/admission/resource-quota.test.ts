import { test } from 'tap'
import { StatusError, staleWrite } from '../../apimachinery/status-error.ts'
import { admitted, attributesOf, testParts } from './admission.test-parts.ts'
import type { AdmissionAttributes } from './admission.ts'
import { resourceQuota } from './resource-quota.ts'

interface Quota {
  metadata: { name: string; namespace: string; resourceVersion: string }
  spec: object
  status: { hard: Record<string, string>; used: Record<string, string> }
}

const quota = (name: string, hard: Record<string, string>, used: Record<string, string>): Quota => ({
  metadata: { name, namespace: 'n', resourceVersion: '1' },
  spec: { hard },
  status: { hard, used },
})

const pod = (name: string, dryRun = false): AdmissionAttributes =>
  attributesOf({ name, dryRun, object: { metadata: { name }, spec: { containers: [{ name: 'c' }] } } })

/** A cluster whose quotas change as they are written; `lose` writes fail first. */
const clusterOf = (quotas: Quota[], lose = 0) => {
  let [writes, lost] = [0, 0]
  const plugin = resourceQuota(
    testParts(
      { resourcequotas: quotas },
      {
        writeQuotaUsage: async (_namespace, name, resourceVersion, used) => {
          const found = quotas.find(({ metadata }) => metadata.name === name)
          if (!found || found.metadata.resourceVersion !== resourceVersion || lost++ < lose)
            throw staleWrite({ group: '', resource: 'resourcequotas' }, name)
          writes++
          found.metadata.resourceVersion = String(Number(resourceVersion) + 1)
          found.status.used = { ...used }
        },
      },
    ),
  )
  return { plugin, writes: () => writes }
}

test('requests that come together are written together, and only as many pass as there is room for', async (t) => {
  const quotas = [quota('q', { pods: '3' }, { pods: '0' })]
  const { plugin, writes } = clusterOf(quotas)
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => admitted(plugin, pod(name))))
  t.equal(answers.filter((answer) => answer === 'admitted').length, 3)
  t.match(answers[4], '403 pods "e" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3')
  t.equal(quotas[0]?.status.used['pods'], '3')
  t.ok(writes() < 3)
})

test('a quota that someone else wrote meanwhile is looked at again', async (t) => {
  const quotas = [quota('q', { pods: '3' }, { pods: '0' })]
  t.equal(await admitted(clusterOf(quotas, 2).plugin, pod('a')), 'admitted')
  t.equal(quotas[0]?.status.used['pods'], '1')
})

test('but not for ever', async (t) => {
  const { plugin } = clusterOf([quota('q', { pods: '3' }, { pods: '0' })], 9)
  t.match(await admitted(plugin, pod('a')), /^409 Operation cannot be fulfilled on resourcequotas "q"/)
})

test('a dry run is refused where there is no room and takes nothing where there is', async (t) => {
  const quotas = [quota('q', { pods: '1' }, { pods: '0' })]
  const { plugin, writes } = clusterOf(quotas)
  t.equal(await admitted(plugin, pod('a', true)), 'admitted')
  t.equal(writes(), 0)
  t.equal(await admitted(plugin, pod('a')), 'admitted')
  t.match(await admitted(plugin, pod('b', true)), /exceeded quota/)
})

test('every quota must have room before any is taken', async (t) => {
  const quotas = [quota('q1', { pods: '5' }, { pods: '0' }), quota('q2', { pods: '1' }, { pods: '1' })]
  const { plugin, writes } = clusterOf(quotas)
  t.match(await admitted(plugin, pod('a')), /exceeded quota: q2/)
  t.equal(writes(), 0)
})

test('an error of the store refuses all that waited', async (t) => {
  const parts = testParts(
    { resourcequotas: [quota('q', { pods: '5' }, { pods: '0' })] },
    { writeQuotaUsage: async () => Promise.reject(new StatusError(500, 'InternalError', 'lost', {})) },
  )
  const plugin = resourceQuota(parts)
  t.same(await Promise.all([admitted(plugin, pod('a')), admitted(plugin, pod('b'))]), ['500 lost', '500 lost'])
})
