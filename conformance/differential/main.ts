// Ours against the real kube-apiserver: the same seeded requests to both, every answer compared, rates over (resource, verb) cells.
// Run it with node. With --self a second real one takes our place and every rate must be 100%, which is the proof that what differs
// otherwise is ours. Starts both servers as processes and ends them; knows our server only as its launcher and flags.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { admissionCases } from './admission-cases.ts'
import { applyCases } from './apply-cases.ts'
import { judgeCells } from './cell-expectations.ts'
import { defaultClassCases } from './default-class-cases.ts'
import { nameOf, servedResources, TypeTables } from './facts.ts'
import { lifecycleCases, readOnlyCases } from './lifecycle-cases.ts'
import { limitRangeCases } from './limit-range-cases.ts'
import { manifestCases } from './manifest-cases.ts'
import { Masker } from './masks.ts'
import type { RecipeContext } from './minimal-objects.ts'
import { patchCases } from './patch-cases.ts'
import { podSecurityCases } from './pod-security-cases.ts'
import { quotaCases } from './quota-cases.ts'
import { allSummaryLines, cellTable, differenceLines, jsonReport, markdownReport, maskLines } from './report.ts'
import { ResourceSubject } from './resource-subject.ts'
import { reviewCases } from './review-cases.ts'
import { type Lane, Runner, type RunResult } from './runner.ts'
import { Scoreboard } from './scoreboard.ts'
import { endReal, type RunningServer, startOurs, startReal, upstreamFolder } from './server-process.ts'
import { fullerCases, wrongCases } from './variation-cases.ts'

const USAGE = `usage: main.ts [--seed N] [--self | --sources] [--only RESOURCE[,RESOURCE]] [--ours-only-print]
               [--json FILE] [--markdown FILE] [--verbose]
  --self              a second real server in our place: every rate must be 100%
  --sources           ours from its sources, even where a bundle was built that may be older
  --only              resources as the table names them: pods, deployments.apps; admission: the cases of its plug-ins
  --ours-only-print   no cells, only the rates
  --json              every cell with its rates
  --markdown          kinds of differences, each with an example
  --verbose           every difference with both answers
  --write             take over into expectations.json which cells agree`

const NAMESPACE = 'differential'
const LIMITS_NAMESPACE = 'differential-limits'
/** What --only calls the cases of admission plug-ins. */
const ADMISSION = 'admission'

type Options = ReturnType<typeof options>

const options = () =>
  parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      self: { type: 'boolean', default: false },
      sources: { type: 'boolean', default: false },
      only: { type: 'string' },
      'ours-only-print': { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values

/** A certificate request that the real server can parse, as the API wants it. */
const certificateRequest = (folder: string, subject = '/O=testers/CN=alice'): string => {
  const pem = execFileSync('openssl', ['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'request.key'), '-subj', subject], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return pem.toString('base64')
}

/** Admission looks at these when others are made: one after the other, so that both servers see the same. */
const SHARED_LANES: Readonly<Record<string, string>> = {
  priorityclasses: 'pods',
  runtimeclasses: 'pods',
  storageclasses: 'persistentvolumeclaims',
  ingressclasses: 'ingresses',
}

/** Limits hold for all of a namespace: those of the generated cases have one of their own. */
const contextFor = (plural: string, context: RecipeContext): RecipeContext =>
  plural === 'limitranges' || plural === 'resourcequotas' ? { ...context, namespace: LIMITS_NAMESPACE } : context

const admissionLanes = (folder: string): Lane[] => {
  const requests = { privileged: certificateRequest(folder, '/O=system:masters/CN=alice'), plain: certificateRequest(folder) }
  return [
    { name: 'admission', cases: [...admissionCases(requests), ...limitRangeCases()] },
    { name: 'quotas', cases: quotaCases() },
    { name: 'pod security', cases: podSecurityCases() },
  ]
}

/** Names are the same whichever resources are wanted, so that a case found in a whole run can be looked at alone. */
const lanesOf = (
  wanted: (name: string) => boolean,
  context: RecipeContext,
  { upstream, folder }: { upstream: string; folder: string },
  seed: number,
): Lane[] => {
  const types = new TypeTables()
  const byPlural = new Map<string, Lane>()
  servedResources().forEach((resource, index) => {
    if (!wanted(nameOf(resource))) return
    let serial = index * 400
    const subject = new ResourceSubject(resource, contextFor(resource.plural, context), types, seed, () => serial++)
    const cases = [
      ...lifecycleCases(subject),
      ...readOnlyCases(subject),
      ...reviewCases(subject),
      ...(subject.has('create') ? fullerCases(subject) : []),
      ...wrongCases(subject),
      ...patchCases(subject),
      ...applyCases(subject),
    ]
    // Groups and versions that show the same objects must not see each other's halfway.
    const lane = SHARED_LANES[resource.plural] ?? resource.plural
    byPlural.set(lane, { name: lane, cases: [...(byPlural.get(lane)?.cases ?? []), ...cases] })
  })
  const manifests = manifestCases(upstream, servedResources(), 'manifests', wanted)
  const skipped = [...manifests.skipped].filter(([kind]) => /^[\w./]+ \w+$/.test(kind)).map(([kind, count]) => `${kind} x${count}`)
  console.log(`${manifests.cases.length} manifests; not served by default and skipped: ${skipped.join(', ')}`)
  return [{ name: 'manifests', cases: manifests.cases }, ...byPlural.values(), ...(wanted(ADMISSION) ? admissionLanes(folder) : [])]
}

const makeNamespaces = async (servers: readonly RunningServer[]): Promise<void> => {
  const post = async ({ client }: RunningServer, path: string, kind: string, name: string): Promise<void> =>
    void (await client.send({ method: 'POST', path, body: JSON.stringify({ apiVersion: 'v1', kind, metadata: { name } }) }))
  for (const name of [NAMESPACE, LIMITS_NAMESPACE, 'manifests'])
    for (const server of servers) {
      await post(server, '/api/v1/namespaces', 'Namespace', name)
      // No controller makes the account that pods act as.
      await post(server, `/api/v1/namespaces/${name}/serviceaccounts`, 'ServiceAccount', 'default')
    }
}

interface Findings {
  readonly result: RunResult
  readonly scoreboard: Scoreboard
  readonly masker: Masker
}

const compare = async (wanted: Options, seed: number, folder: string, servers: RunningServer[]): Promise<Findings> => {
  const certificates = join(folder, 'real')
  servers.push(await startReal('real', certificates, undefined))
  servers.push(
    wanted.self
      ? await startReal('second real', join(folder, 'second'), certificates)
      : await startOurs(folder, certificates, wanted.sources),
  )
  const [real, other] = servers as [RunningServer, RunningServer]
  await makeNamespaces(servers)
  const only = wanted.only?.split(',')
  const context = { namespace: NAMESPACE, certificateRequest: certificateRequest(folder) }
  const scoreboard = new Scoreboard()
  const masker = new Masker()
  const sources = { upstream: await upstreamFolder(), folder }
  const lanes = lanesOf((name) => only === undefined || only.includes(name), context, sources, seed)
  const runner = new Runner(real, other, masker, scoreboard)
  if (only === undefined || only.includes(ADMISSION)) await runner.run([{ name: 'default classes', cases: defaultClassCases() }])
  return { result: await runner.run(lanes), scoreboard, masker }
}

const tell = (wanted: Options, { result, scoreboard, masker }: Findings): void => {
  if (wanted.verbose) for (const exchange of result.exchanges) for (const line of differenceLines(exchange)) console.log(line)
  if (!wanted['ours-only-print']) console.log([cellTable(scoreboard), '', ...maskLines(masker), ''].join('\n'))
  const title = `seed ${wanted.seed}, ${wanted.self ? 'real against real' : 'ours against real'}`
  if (result.broken !== undefined) console.log(`STOPPED EARLY: ${result.broken}`)
  console.log([`${title}; ${result.silent.length} without an answer`, ...allSummaryLines(scoreboard)].join('\n'))
  if (wanted.json !== undefined) writeFileSync(wanted.json, jsonReport(scoreboard, masker))
  if (wanted.markdown !== undefined)
    writeFileSync(wanted.markdown, markdownReport(`Differential run, ${title}`, scoreboard, result, masker))
}

/** Rejects when someone wants this program to end, so that the servers are ended first. */
const interruption = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)))
  })

const main = async (): Promise<number> => {
  const wanted = options()
  if (wanted.help) {
    console.log(USAGE)
    return 0
  }
  const seed = Number(wanted.seed)
  if (!Number.isInteger(seed)) throw new Error(`--seed wants a whole number, not ${wanted.seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'differential-'))
  const servers: RunningServer[] = []
  let whole = false
  try {
    const findings = await Promise.race([compare(wanted, seed, folder, servers), interruption()])
    tell(wanted, findings)
    whole = findings.result.broken === undefined
    const differs = findings.result.exchanges.some(({ outcome }) => outcome.differences.length > 0)
    if (!whole || wanted.self || wanted.only !== undefined) return !whole || (wanted.self && differs) ? 1 : 0
    const { passed, failed } = judgeCells(findings.scoreboard, wanted.write)
    for (const cell of failed) console.log(`expected to agree, and does not: ${cell}`)
    console.log(`differential: ${passed} passed, ${failed.length} failed`)
    return failed.length === 0 ? 0 : 1
  } finally {
    for (const server of servers.reverse()) {
      server.client.close()
      await server.stop().catch((error: unknown) => console.error(`stopping ${server.name}: ${String(error)}`))
    }
    for (const name of ['real', 'second']) await endReal(join(folder, name))
    if (whole) rmSync(folder, { recursive: true, force: true })
    else console.error(`logs are in ${folder}`)
  }
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    return 1
  }),
)
