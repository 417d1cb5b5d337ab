// kubectl command lines typed at ours and at the real kube-apiserver, with upstream's components on both: the same output and exit code,
// after masking what differs by chance (masks.ts). Prints each difference; expectations.json says which are known, and why.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endReal, type RunningServer, startOurs, startReal } from '../differential/server-process.ts'
import { BINARIES, Components, kubeconfigFor } from './cluster.ts'
import type { Subject } from './command.ts'
import { judge, unifiedDiff } from './judgement.ts'
import { type Finding, isSame, type Keyboard, linesOf, nameOf, runSubject } from './runner.ts'
import { Session } from './session.ts'
import { opening, subjects } from './subjects.ts'

const USAGE = `usage: main.ts [--only SUBJECT[,SUBJECT]] [--self] [--sources] [--write] [--verbose]
  --only      these subjects alone: ${subjects.map(({ name }) => name).join(', ')}
  --self      a second real server in our place: nothing may differ
  --sources   ours from its sources, even where a bundle was built that may be older
  --write     take over into expectations.json what was found
  --verbose   print what the real one answered to every line, and how long it took`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    self: { type: 'boolean', default: false },
    sources: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const checkNames = (): void => {
  const seen = new Set<string>()
  for (const subject of subjects)
    for (const command of linesOf(subject)) {
      const name = nameOf(subject, command)
      if (seen.has(name)) throw new Error(`typed twice, and needs a name: ${name}`)
      seen.add(name)
    }
}

const chosen = (): readonly Subject[] => {
  const only = options.only?.split(',')
  const wrong = only?.filter((name) => !subjects.some((subject) => subject.name === name)) ?? []
  if (wrong.length > 0) throw new Error(`there is no subject ${wrong.join(', ')}\n${USAGE}`)
  return subjects.filter(({ name }) => only === undefined || only.includes(name))
}

const tell = (finding: Finding): void => {
  if (options.verbose) console.log(`=== ${finding.name} (${finding.milliseconds} ms)\n${finding.real}`)
  if (!isSame(finding)) console.log(unifiedDiff(finding))
}

/** Both servers with components, a session at each, and how to end all that was started. */
const raise = async (folder: string, ending: (() => Promise<void>)[]): Promise<[real: Keyboard, ours: Keyboard]> => {
  const certificates = join(folder, 'real')
  ending.push(() => endReal(certificates))
  const second = join(folder, 'ours')
  const real = await startReal('real', certificates, undefined)
  if (options.self) ending.push(() => endReal(second))
  const ours = options.self ? await startReal('second real', second, certificates) : await startOurs(second, certificates, options.sources)
  const keyboards = (
    [
      [real, certificates],
      [ours, second],
    ] as [RunningServer, string][]
  ).map(([server, logs]) => {
    ending.unshift(() => server.stop())
    server.client.close()
    const components = new Components(server, certificates, logs)
    ending.unshift(async () => {
      for (const name of components.ended()) console.log(`${name} ended by itself on ${server.name}; see its log in ${logs}`)
      await components.stop()
    })
    const session = new Session(join(folder, `at-${server.name.replace(' ', '-')}`), kubeconfigFor(server.port, certificates), BINARIES)
    return { session, port: server.port }
  })
  return keyboards as [Keyboard, Keyboard]
}

const interruption = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)))
  })

/** Types the lines of some subjects at fresh servers, and ends them. */
const typeAll = async (typed: readonly Subject[]): Promise<Finding[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'dinghy-commands-'))
  const ending: (() => Promise<void>)[] = []
  let whole = false
  try {
    const run = async (): Promise<Finding[]> => {
      const [real, ours] = await raise(folder, ending)
      const findings: Finding[] = []
      await runSubject(real, ours, opening)
      for (const subject of typed) {
        const found = await runSubject(real, ours, subject)
        for (const finding of found) tell(finding)
        findings.push(...found)
      }
      return findings
    }
    const findings = await Promise.race([run(), interruption()])
    whole = true
    return findings
  } finally {
    for (const end of ending) await end().catch((error: unknown) => console.error(String(error)))
    if (whole) rmSync(folder, { recursive: true, force: true })
    else console.error(`logs are in ${folder}`)
  }
}

/** What controllers do beside takes its own time: a difference that nobody expects counts when it shows twice. */
const secondLook = async (findings: readonly Finding[], failed: readonly string[]): Promise<Finding[]> => {
  const doubtful = chosen().filter((subject) => linesOf(subject).some((command) => failed.includes(nameOf(subject, command))))
  if (doubtful.length === 0) return [...findings]
  console.log(`a second look at ${doubtful.map(({ name }) => name).join(', ')}`)
  const again = new Map((await typeAll(doubtful)).map((finding) => [finding.name, finding]))
  return findings.map((finding) => {
    const second = failed.includes(finding.name) ? again.get(finding.name) : undefined
    if (second && isSame(second)) console.log(`differed once, and not again: ${finding.name}`)
    return second ?? finding
  })
}

const main = async (): Promise<number> => {
  if (options.help) {
    console.log(USAGE)
    return 0
  }
  checkNames()
  const look = { whole: options.only === undefined, write: false }
  const first = await typeAll(chosen())
  const findings = options.self ? first : await secondLook(first, judge(first, look).failed)
  const verdict = judge(findings, { ...look, write: options.write && !options.self })
  for (const name of verdict.failed) console.log(`expected to be the same, and is not: ${name}`)
  console.log(`commands: ${verdict.same} the same, ${verdict.different} different`)
  return (options.self ? verdict.different : verdict.failed.length) === 0 ? 0 : 1
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    return 1
  }),
)
