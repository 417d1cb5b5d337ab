// The figures as a table: both servers, the ratio, its target, and whether it is met.
import { MEMORY, PHASES, type PhaseName, type PhaseResult, START } from './phases.ts'
import type { ServerName } from './servers.ts'

export interface PhaseFigures extends PhaseResult {
  phase: PhaseName
  cpuSeconds: number
  /** Longest stall of the event loop; only ours has one. */
  stallMs?: number
}

export interface ServerFigures {
  name: ServerName
  startSeconds: number
  /** The API server's process alone, at rest. */
  serverMiB: number
  /** With etcd, where there is one. */
  allMiB: number
  loadedMiB: number
  idleCpuPercent: number
  phases: PhaseFigures[]
}

const MICROSECONDS = 1e6
/** Nothing synchronous may hold the API's thread longer. */
const MOST_STALL_MS = 50

interface Row {
  title: string
  real: string
  ours: string
  ratio: string
  target: string
  verdict: string
}

const WIDTHS: Record<keyof Row, number> = { title: 30, real: 46, ours: 60, ratio: 8, target: 9, verdict: 7 }

const print = (row: Row): void => {
  const cells = (Object.keys(WIDTHS) as (keyof Row)[]).map((name) => row[name].padEnd(WIDTHS[name]))
  process.stdout.write(`${cells.join(' ').trimEnd()}\n`)
}

const compared = (
  title: string,
  real: number | undefined,
  ours: number | undefined,
  texts: { real: string; ours: string },
  goal?: { target: number; targetText: string },
): Row => {
  const ratio = real !== undefined && ours !== undefined && real > 0 ? ours / real : undefined
  const verdict = ratio === undefined || goal === undefined ? '' : ratio <= goal.target ? 'met' : 'MISSED'
  return { title, ...texts, ratio: ratio === undefined ? '' : ratio.toFixed(3), target: goal?.targetText ?? '', verdict }
}

const phaseText = (figures: PhaseFigures | undefined): string => {
  if (!figures) return '-'
  const { count, seconds, p50Ms, p99Ms, stallMs } = figures
  const cpu = (figures.cpuSeconds / count) * MICROSECONDS
  const stall = stallMs === undefined ? '' : `, stall ${stallMs.toFixed(0)} ms`
  return `${cpu.toFixed(cpu < 100 ? 1 : 0)} us, ${(count / seconds).toFixed(0)}/s, ${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)} ms${stall}`
}

const phaseRows = (real: ServerFigures | undefined, ours: ServerFigures | undefined): Row[] =>
  PHASES.map((phase) => {
    const [left, right] = [real, ours].map((server) => server?.phases.find((one) => one.phase === phase.name))
    const cost = (figures: PhaseFigures | undefined): number | undefined => figures && figures.cpuSeconds / figures.count
    return compared(phase.title, cost(left), cost(right), { real: phaseText(left), ours: phaseText(right) }, phase)
  })

/** Prints the table; gives the titles of the targets that were missed. */
export const printReport = (servers: readonly ServerFigures[]): string[] => {
  const [real, ours] = [servers.find((server) => server.name === 'kube-apiserver'), servers.find((server) => server.name === 'dinghy')]
  const plain = (
    title: string,
    pick: (server: ServerFigures) => number,
    unit: string,
    goal?: { target: number; targetText: string },
    digits = 1,
  ): Row => {
    const text = (server: ServerFigures | undefined): string => (server ? `${pick(server).toFixed(digits)} ${unit}` : '-')
    return compared(title, real && pick(real), ours && pick(ours), { real: text(real), ours: text(ours) }, goal)
  }
  const stalls = ours?.phases.flatMap((figures) => (figures.stallMs === undefined ? [] : [figures.stallMs])) ?? []
  const longest = Math.max(0, ...stalls)
  const rows: Row[] = [
    plain('start until ready', (server) => server.startSeconds, 's', START, 2),
    plain('memory at rest, server', (server) => server.serverMiB, 'MiB', MEMORY),
    plain('memory at rest, with etcd', (server) => server.allMiB, 'MiB'),
    plain('memory after the load', (server) => server.loadedMiB, 'MiB'),
    plain('CPU at rest', (server) => server.idleCpuPercent, '%'),
    ...phaseRows(real, ours),
    {
      title: 'longest event-loop stall',
      real: '',
      ours: stalls.length > 0 ? `${longest.toFixed(0)} ms` : '-',
      ratio: '',
      target: `<= ${MOST_STALL_MS} ms`,
      verdict: stalls.length === 0 ? '' : longest <= MOST_STALL_MS ? 'met' : 'MISSED',
    },
  ]
  process.stdout.write('Requests: CPU of the server (etcd included) for each, rate, p50 / p99.\n\n')
  print({ title: '', real: 'kube-apiserver 1.36.3 with etcd', ours: 'Dinghy', ratio: 'ratio', target: 'target', verdict: '' })
  for (const row of rows) print(row)
  process.stdout.write('\n')
  for (const phase of PHASES) {
    const notes = servers.map((server) => {
      const figures = server.phases.find((one) => one.phase === phase.name)
      return figures ? `${server.name} ${(figures.bytes / 1024).toFixed(1)} KiB${figures.note === '' ? '' : `, ${figures.note}`}` : ''
    })
    process.stdout.write(`${phase.title}: ${notes.filter((note) => note !== '').join('; ')}\n`)
  }
  const missed = rows.filter((row) => row.verdict === 'MISSED').map((row) => row.title)
  process.stdout.write(missed.length === 0 ? '\nAll targets are met.\n' : `\nMissed: ${missed.join(', ')}\n`)
  return missed
}
