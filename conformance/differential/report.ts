// What a run found, as text for a terminal, as Markdown to fix from and as JSON to keep. Decides nothing.

import { type DifferenceKind, differenceKinds } from './difference-kinds.ts'
import { expectedFailures, isExpected } from './expected-failures.ts'
import type { Answer } from './http-client.ts'
import type { Masker } from './masks.ts'
import type { Exchange, RunResult } from './runner.ts'
import { type Cell, LEAST_REQUESTS, rateOf, type Scoreboard, type Summary } from './scoreboard.ts'

/** With an example each; the rest in one line. */
const MOST_EXAMPLES = 40
const MOST_LINES = 400
const WORST_CELLS = 40

const percent = (rate: number | undefined): string =>
  rate === undefined || Number.isNaN(rate) ? '     -' : `${(rate * 100).toFixed(1)}%`.padStart(6)

export const cellLine = (cell: Cell): string =>
  `${cell.resource.padEnd(66)} ${cell.verb.padEnd(17)} ${String(cell.requests).padStart(4)}` +
  [cell.status, cell.acceptedStatus, cell.message, cell.object, cell.headers].map((count) => ` ${percent(rateOf(count))}`).join('')

export const cellTable = (scoreboard: Scoreboard): string => {
  const head = `${'resource'.padEnd(66)} ${'verb'.padEnd(17)}    n status  2xx-st message object headers`
  return [head, ...scoreboard.cells().map(cellLine)].join('\n')
}

const ratesLine = (summary: Summary): string =>
  [summary.acceptedStatus, summary.allStatus, summary.object, summary.message, summary.headers].map(percent).join(' ')

export const allSummaryLines = (scoreboard: Scoreboard): string[] => [
  ...summaryLines(scoreboard.summary()),
  `the five rates without expected failures (${Object.keys(expectedFailures).join(', ')}):`,
  `  ${ratesLine(scoreboard.summary((resource) => !isExpected(resource)))}`,
]

const summaryLines = (summary: Summary): string[] => [
  `status and reason, requests the real one accepted  ${percent(summary.acceptedStatus)}`,
  `status and reason, all requests                    ${percent(summary.allStatus)}`,
  `whole object equal, requests the real one accepted ${percent(summary.object)}`,
  `message, causes and details, refusals              ${percent(summary.message)}`,
  `content-type, cache-control, warning               ${percent(summary.headers)}`,
  `${summary.requests} requests; means over ${summary.cells} cells` +
    ` (${summary.thinCells} with fewer than ${LEAST_REQUESTS} requests left out)`,
]

export const maskLines = (masker: Masker): string[] => {
  const total = [...masker.counts.values()].reduce((sum, count) => sum + count, 0)
  return [
    `${total} values masked:`,
    ...[...masker.counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`),
  ]
}

const shortAnswer = (answer: Answer): string => `${answer.code} ${answer.text.trim().slice(0, 500)}`

export const exchangeLines = ({ step, request, real, other }: Exchange): string[] => [
  `${request.method} ${request.path}  (${step.note})` +
    (request.contentType === undefined ? '' : ` content-type: ${request.contentType}`) +
    (request.accept === undefined ? '' : ` accept: ${request.accept}`),
  ...(request.body === undefined ? [] : [`  body  ${request.body.slice(0, 900)}`]),
  `  real  ${shortAnswer(real)}`,
  `  ours  ${shortAnswer(other)}`,
]

const kindText = (kind: DifferenceKind, index: number): string => {
  const cells = [...kind.cells].sort((a, b) => b[1] - a[1])
  const resources = cells
    .slice(0, 8)
    .map(([cell, count]) => `${cell} x${count}`)
    .join('; ')
  const { aspect, path, real, other } = kind.difference
  return [
    `### ${index + 1}. ${aspect}${path === '' ? '' : ` ${path}`} — ${kind.count} times`,
    '',
    `- real: \`${real.slice(0, 300)}\``,
    `- ours: \`${other.slice(0, 300)}\``,
    `- in ${cells.length} cells: ${resources}`,
    '',
    '```',
    ...exchangeLines(kind.example),
    '```',
    '',
  ].join('\n')
}

/** For --verbose: nothing for answers that agree. */
export const differenceLines = (exchange: Exchange): string[] =>
  exchange.outcome.differences.length === 0
    ? []
    : [
        ...exchangeLines(exchange),
        ...exchange.outcome.differences.map(
          ({ aspect, path, real, other }) => `  -- ${aspect} ${path}\n     real ${real}\n     ours ${other}`,
        ),
      ]

const short = (text: string): string => (text.length > 110 ? `${text.slice(0, 107)}...` : text)

/** Both from shortly before they part, so that the difference is what is seen of long texts. */
const parting = (real: string, other: string): [string, string] => {
  let same = 0
  while (same < Math.min(real.length, other.length) && real[same] === other[same]) same++
  const from = Math.max(0, same - 30)
  return from < 40 ? [short(real), short(other)] : [`...${short(real.slice(from))}`, `...${short(other.slice(from))}`]
}

/** The same kind in one line: what, how often, where. */
const kindLine = (kind: DifferenceKind, index: number): string => {
  const { aspect, path } = kind.difference
  const first = [...kind.cells].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
  const [, place, ...said] = kind.signature.split(' | ')
  const [real, other] = parting(kind.difference.real, kind.difference.other)
  const where = aspect === 'object' ? ` ${place}` : aspect === 'status' ? ` ${place}: ${said.join(' ')};` : path === '' ? '' : ` ${path}`
  const number = String(index + 1).padStart(3)
  return `${number}. x${kind.count} ${aspect}${where} real ${real}; ours ${other} (${kind.cells.size} cells, ${first})`
}

const kindsSection = (title: string, kinds: readonly DifferenceKind[]): string[] => [
  `## ${title}`,
  '',
  `${kinds.length} kinds.`,
  '',
  '```',
  ...kinds.slice(0, MOST_LINES).map(kindLine),
  '```',
  '',
  ...kinds.slice(0, MOST_EXAMPLES).map(kindText),
]

const worstFirst = (scoreboard: Scoreboard): Cell[] => {
  const key = (cell: Cell): number =>
    (rateOf(cell.acceptedStatus) ?? rateOf(cell.status) ?? 1) * 4 + (rateOf(cell.status) ?? 1) * 2 + (rateOf(cell.object) ?? 1)
  return scoreboard
    .cells()
    .sort((a, b) => key(a) - key(b))
    .slice(0, WORST_CELLS)
}

/** The whole account, sections from the most to the least pressing. */
export const markdownReport = (title: string, scoreboard: Scoreboard, result: RunResult, masker: Masker): string => {
  const follows = result.exchanges.filter((exchange) => exchange.follows && exchange.outcome.differences.length > 0)
  const unexpected = result.exchanges.filter((exchange) => !isExpected(exchange.step.resource) && !exchange.follows)
  const accepted = unexpected.filter(({ outcome }) => outcome.accepted)
  const refused = unexpected.filter(({ outcome }) => !outcome.accepted)
  const expected = result.exchanges.filter(({ step, outcome }) => isExpected(step.resource) && outcome.accepted)
  const kinds = differenceKinds(accepted)
  const isStatus = ({ difference }: DifferenceKind): boolean => difference.aspect === 'status' || difference.aspect === 'reason'
  const refusedKinds = differenceKinds(refused)
  return [
    `# ${title}`,
    '',
    '```',
    ...allSummaryLines(scoreboard),
    '```',
    '',
    ...(result.broken === undefined ? [] : [`**Stopped early: ${result.broken}**`, '']),
    ...(result.silent.length === 0
      ? []
      : [`## No answer (${result.silent.length})`, '', '```', ...result.silent.slice(0, 10).flatMap(exchangeLines), '```', '']),
    `${follows.length} differing answers are about objects that one server took and the other refused before;`,
    'they count in the rates and are left out below.',
    '',
    '## Worst cells',
    '',
    '```',
    ...worstFirst(scoreboard).map(cellLine),
    '```',
    '',
    ...kindsSection('Accepted by the real one: status or reason differs', kinds.filter(isStatus)),
    ...kindsSection(
      'Accepted by the real one: object differs',
      kinds.filter(({ difference }) => difference.aspect === 'object'),
    ),
    ...kindsSection(
      'Accepted by the real one: header differs',
      kinds.filter(({ difference }) => difference.aspect === 'header'),
    ),
    ...kindsSection('Refused by the real one: status or reason differs', refusedKinds.filter(isStatus)),
    ...kindsSection(
      'Refused by the real one: message, causes, details or headers differ',
      refusedKinds.filter((kind) => !isStatus(kind)),
    ),
    ...kindsSection('Expected failures: status or reason differs', differenceKinds(expected).filter(isStatus)),
    '## Masked',
    '',
    '```',
    ...maskLines(masker),
    '```',
    '',
    '## All cells',
    '',
    '```',
    cellTable(scoreboard),
    '```',
    '',
  ].join('\n')
}

/** Cells with their rates, for keeping and plotting. */
export const jsonReport = (scoreboard: Scoreboard, masker: Masker): string =>
  `${JSON.stringify(
    {
      summary: scoreboard.summary(),
      cells: scoreboard.cells().map((cell) => ({
        resource: cell.resource,
        verb: cell.verb,
        requests: cell.requests,
        acceptedRequests: cell.acceptedStatus.all,
        status: rateOf(cell.status) ?? null,
        acceptedStatus: rateOf(cell.acceptedStatus) ?? null,
        message: rateOf(cell.message) ?? null,
        object: rateOf(cell.object) ?? null,
        headers: rateOf(cell.headers) ?? null,
      })),
      masked: Object.fromEntries(masker.counts),
    },
    null,
    1,
  )}\n`
