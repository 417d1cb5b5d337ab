// Our controllers against upstream's: the same things are done to a real server with the real controllers, to ours with ours, and to the
// real one with ours; events, conditions and end states must be the same in all three.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BothServers, type RunningServer, withBoth } from '../differential/server-process.ts'
import { accountCases } from './account-cases.ts'
import { Cluster, type Findings } from './cluster.ts'
import { kubeconfigFor, startControllers } from './controller-process.ts'
import { endpointCases } from './endpoint-cases.ts'
import { jobCases } from './job-cases.ts'
import { namespaceCases } from './namespace-cases.ts'
import { ownershipCases } from './ownership-cases.ts'
import { podCases } from './pod-cases.ts'
import { quotaCases } from './quota-cases.ts'
import { referenceCases } from './reference-cases.ts'
import { roleCases } from './role-cases.ts'
import { volumeCases } from './volume-cases.ts'

const cases = {
  account: accountCases,
  namespace: namespaceCases,
  reference: referenceCases,
  quota: quotaCases,
  volume: volumeCases,
  role: roleCases,
  job: jobCases,
  pod: podCases,
  endpoint: endpointCases,
}

const keep = process.argv.includes('--keep')
const folder = mkdtempSync(join(tmpdir(), 'dinghy-components-'))
const certificates = join(folder, 'real')

/** Everything that is found on a server with the controllers of one kind; a case that fails is found to have failed. */
const findingsOf = async (server: RunningServer, whose: 'ours' | 'real', run: string): Promise<Findings> => {
  mkdirSync(folder, { recursive: true })
  const kubeconfig = kubeconfigFor(server.port, certificates, join(folder, `${run}.kubeconfig`))
  const controllers = startControllers(whose, kubeconfig, certificates, join(folder, `${run}.log`))
  const cluster = await Cluster.at(kubeconfig, run, `${whose === 'ours' ? 'our' : 'the real'} controllers on ${server.name}`)
  const began = performance.now()
  const found = async (subject: string, find: (cluster: Cluster) => Promise<Findings>): Promise<Findings> => {
    const parts = await find(cluster).catch((error: Error) => ({ 'came to an end': error.stack ?? error.message }))
    return Object.fromEntries(Object.entries(parts).map(([what, value]) => [`${subject}: ${what}`, value]))
  }
  const parts = await Promise.all(Object.entries(cases).map(([subject, find]) => found(subject, find)))
  // By itself: its failures and retries use up what a queue may retry, upstream's like ours, and others would wait for it.
  parts.push(await found('ownership', ownershipCases))
  cluster.client.close()
  await controllers.stop()
  cluster.tell(`done in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return Object.assign({}, ...parts) as Findings
}

const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, member]) => [key, sorted(member)]),
      )
const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(sorted(value)))

/** Tells what differs; gives the number of findings that are the same and of those that are not. */
const compare = (title: string, wanted: Findings, found: Findings): [same: number, different: number] => {
  let [same, different] = [0, 0]
  for (const what of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    if (shown(wanted[what]) === shown(found[what]) && !what.endsWith('came to an end')) same++
    else {
      different++
      console.log(`${title}: ${what}\n  real: ${shown(wanted[what])}\n  ours: ${shown(found[what])}`)
    }
  }
  return [same, different]
}

/** How many findings are not as with the real controllers on the real server. */
const compareAll = async ({ real, ours }: BothServers): Promise<number> => {
  const [wanted, onOurs] = await Promise.all([findingsOf(real, 'real', 'run1'), findingsOf(ours, 'ours', 'run2')])
  const onReal = await findingsOf(real, 'ours', 'run3')
  const [sameOnOurs, differentOnOurs] = compare('on ours', wanted, onOurs)
  const [sameOnReal, differentOnReal] = compare('on the real server', wanted, onReal)
  const failed = differentOnOurs + differentOnReal
  console.log(
    `controllers: ${sameOnOurs + sameOnReal} findings as the real controller manager's, ${failed} not (on ours ${differentOnOurs}, on the real server ${differentOnReal})`,
  )
  return sameOnOurs === 0 ? failed + 1 : failed
}

try {
  process.exitCode = (await withBoth({ folder, realName: 'the real server', fromSources: false }, compareAll)) > 0 ? 1 : 0
} finally {
  if (keep) console.log(`logs are in ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
