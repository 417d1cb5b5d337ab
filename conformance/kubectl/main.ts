// Upstream's own kubectl suite against our server, function by function. By default it runs what expectations.json says passes, and fails
// when one of those does not; --all runs all of its names and prints the table; --write also notes in the file what newly passes.
// The suite's text comes from the Go module at run time; nothing of it is kept here.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readExpectations, writeExpectations } from '../expectations.ts'

type Outcome = 'pass' | 'fail' | 'not-run'

const SECURE_PORT = '26443'
const ETCD_PORT = '22379'
const LIMIT_MS = 40 * 60_000

const here = import.meta.dirname
const root = resolve(here, '../..')
const binaries = join(process.env['DINGHY_REFERENCE'] ?? join(homedir(), '.cache/kubernetes-reference'), 'bin')

/** A writable copy of upstream's tree with its build steps taken out: they would build Go programs that are there already. */
const prepare = (): string => {
  const work = resolve(root, 'conformance/.work/kubectl')
  if (existsSync(join(work, 'ready'))) return work
  rmSync(work, { recursive: true, force: true })
  const found = spawnSync(join(here, '../reference/reference.sh'), ['source'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const source = found.stdout.trim()
  for (const part of [
    'test/cmd',
    'test/fixtures',
    'test/e2e/testing-manifests',
    'hack',
    'third_party',
    'api',
    'cluster',
    'build',
    'pkg/kubectl',
  ]) {
    if (existsSync(join(source, part))) cpSync(join(source, part), join(work, part), { recursive: true })
  }
  spawnSync('chmod', ['-R', 'u+w', work])
  for (const script of ['hack/make-rules/test-cmd.sh', 'test/cmd/legacy-script.sh']) {
    const text = readFileSync(join(work, script), 'utf8')
    const edited = text.replaceAll(/^ {2}make -C .*$/gm, '  true').replaceAll('if [[ ${WHAT} == "" || ', 'if [[ ')
    // Two functions do not end in _tests, so WHAT takes whole names here.
    writeFileSync(join(work, script), edited.replaceAll('"run_${pkg}_tests"', '"${pkg}"'))
  }
  for (const folder of ['_output/bin', 'path']) mkdirSync(join(work, folder), { recursive: true })
  for (const name of ['kubectl', 'kubectl-convert', 'kube-controller-manager'])
    symlinkSync(join(binaries, name), join(work, '_output/bin', name))
  symlinkSync(join(binaries, 'etcd'), join(work, 'path/etcd'))
  writeFileSync(join(work, 'ready'), '')
  return work
}

/** The suite starts a kube-apiserver on etcd; ours goes in its place, on a folder of its own. */
const installServer = (work: string, data: string): void => {
  const launcher = join(work, '_output/bin/kube-apiserver')
  const lines = [
    '#!/usr/bin/env bash',
    'args=()',
    'for arg in "$@"; do case $arg in --etcd-servers=*) ;; *) args+=("$arg") ;; esac; done',
    `exec ${JSON.stringify(join(root, 'bin/kube-apiserver'))} "\${args[@]}" --data-dir=${JSON.stringify(data)}`,
  ]
  rmSync(launcher, { force: true })
  writeFileSync(launcher, `${lines.join('\n')}\n`)
  chmodSync(launcher, 0o755)
}

/** Names in upstream's order: some functions leave things behind that others, which stand before them, would trip over. */
const inOrder = (work: string, names: readonly string[]): string[] => {
  const script = readFileSync(join(work, 'test/cmd/legacy-script.sh'), 'utf8')
  const order = [...script.matchAll(/record_command (run_\w+)/g)].map((found) => found[1] as string)
  const unknown = names.filter((name) => !order.includes(name))
  if (unknown.length > 0) throw new Error(`not in upstream's suite: ${unknown.join(' ')}`)
  return order.filter((name, at) => names.includes(name) && order.indexOf(name) === at)
}

/** Runs functions by name (all with none given); returns the suite's log. */
const run = (names: readonly string[]): string => {
  const work = prepare()
  const out = mkdtempSync(join(tmpdir(), 'kubectl-suite-'))
  installServer(work, join(out, 'data'))
  const env = {
    ...process.env,
    PATH: `${join(work, 'path')}:${process.env['PATH'] ?? ''}`,
    ETCD_PORT,
    KUBE_INTEGRATION_ETCD_URL: `http://127.0.0.1:${ETCD_PORT}`,
    SECURE_API_PORT: SECURE_PORT,
    KUBE_JUNIT_REPORT_DIR: out,
    WHAT: inOrder(work, names).join(' '),
    TMPDIR: out,
  }
  const ran = spawnSync('bash', ['hack/make-rules/test-cmd.sh'], {
    cwd: work,
    env,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 512 * 1024 * 1024,
  })
  const log = `${ran.stdout}${ran.stderr}`
  const kept = join(tmpdir(), 'kubectl-suite.log')
  writeFileSync(kept, log)
  process.stdout.write(`the suite's log is ${kept}\n`)
  rmSync(out, { recursive: true, force: true })
  return log
}

/** A function passes when it was recorded, no error of it was, and something was recorded after it: it ran to its end. */
const outcomes = (stdout: string, names: readonly string[]): Map<string, Outcome> => {
  const result = new Map<string, Outcome>(names.map((name) => [name, 'not-run']))
  let open: string | undefined
  const failed = new Set<string>()
  for (const line of stdout.split('\n')) {
    const recorded = /^Recording: (run_\w+)/.exec(line)?.[1]
    const error = /^Error when running (run_\w+)/.exec(line)?.[1]
    if (error !== undefined) failed.add(error)
    if (recorded === undefined && !/TESTS PASSED|^FAILED TESTS/.test(line)) continue
    if (open !== undefined && result.has(open)) result.set(open, 'pass')
    open = recorded
  }
  for (const name of failed) if (result.has(name)) result.set(name, 'fail')
  return result
}

const main = (): number => {
  const args = process.argv.slice(2)
  const expectations = readExpectations()
  const expected = expectations['kubectl'] ?? {}
  const all = Object.keys(expected)
  const named = args.filter((arg) => !arg.startsWith('--'))
  const chosen = named.length > 0 ? named : args.includes('--all') ? all : all.filter((name) => expected[name] === 'pass')
  const found = outcomes(run(args.includes('--all') ? [] : chosen), chosen)
  let [passed, failed] = [0, 0]
  for (const [name, outcome] of found) {
    process.stdout.write(`${outcome.padEnd(8)} ${name}\n`)
    if (outcome === 'pass') passed++
    else if (expected[name] === 'pass' || named.length > 0) failed++
    if (outcome === 'pass' && expected[name] !== 'pass')
      process.stdout.write(`         newly passes: move it up in expectations.json (--write does)\n`)
    if (outcome === 'pass' && args.includes('--write')) expected[name] = 'pass'
  }
  if (args.includes('--write')) writeExpectations({ ...expectations, kubectl: expected })
  process.stdout.write(`kubectl: ${passed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

process.exitCode = main()
