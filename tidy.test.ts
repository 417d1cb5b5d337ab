// Style as a test: layers, file and line sizes, clocks and randomness in their one place, no loose ends.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'tap'
import { COMPOSITION, layers } from './layers.ts'

const MAX_FILE_LINES = 300
const MAX_LINE = 140

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], { encoding: 'utf8' })
  .trim()
  .split('\n')
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

const layerOf = (file: string): string => {
  const parts = file.split('/')
  if (parts.length === 1) return '(root)'
  if (parts[0] !== 'server') return parts[0] as string
  return parts.length === 2 ? COMPOSITION : `server/${parts[1]}`
}

const isTest = (file: string): boolean => file.endsWith('.test.ts')

/** Our own modules that a file imports, type imports included. */
const importsOf = (file: string): string[] =>
  [...(texts.get(file) ?? '').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map((match) =>
    normalize(join(dirname(file), match[1] as string)),
  )

test('every import obeys the table of layers', async (t) => {
  const wrong: string[] = []
  for (const file of files.filter((candidate) => !isTest(candidate))) {
    const from = layerOf(file)
    const allowed = layers[from]
    if (!allowed) wrong.push(`${file}: ${from} is in no layer`)
    for (const target of importsOf(file)) {
      const to = layerOf(target)
      if (to !== from && allowed && !allowed.includes('*') && !allowed.includes(to)) wrong.push(`${file} imports ${target}`)
    }
  }
  t.same(wrong, [])
})

test('no import leads back to where it began', async (t) => {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (state.has(file)) return
    state.set(file, 'open')
    const runtime = (texts.get(file) ?? '').replaceAll(/import type [^\n]*\n/g, '')
    for (const match of runtime.matchAll(/from\s+'(\.{1,2}\/[^']+)'/g))
      visit(normalize(join(dirname(file), match[1] as string)), [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  t.same(cycles, [])
})

test(`no file is longer than ${MAX_FILE_LINES} lines, no line longer than ${MAX_LINE}`, async (t) => {
  const long: string[] = []
  for (const [file, text] of texts) {
    const lines = text.split('\n')
    if (lines.length - 1 > MAX_FILE_LINES) long.push(`${file}: ${lines.length - 1} lines`)
    lines.forEach((line, index) => {
      if (line.length > MAX_LINE && !/'[^']{80,}'|`[^`]{80,}`|"(?:[^"]|\\"){80,}"/.test(line))
        long.push(`${file}:${index + 1}: ${line.length} characters`)
    })
  }
  t.same(long, [])
})

test('clocks, timers and randomness are reached through their own modules only', async (t) => {
  const homes = new Set(['apimachinery/clock.ts', 'apimachinery/machine-clock.ts', 'apimachinery/random.ts'])
  const pattern = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bperformance\.now\(/
  const guarded = /^(?:apimachinery|openapi|client|server|controllers|scheduler|kubelet|proxy|dns|certs|cli)\//
  const found = files.filter((file) => guarded.test(file) && !homes.has(file) && !isTest(file) && pattern.test(texts.get(file) ?? ''))
  t.same(found, [])
})

test('Express, ws and TLS stay in server/http', async (t) => {
  const pattern = /from '(?:express|ws|node:tls|node:http2|node:https)'/
  const found = files.filter(
    (file) =>
      file.startsWith('server/') && !/^server\/(?:http|testing)\//.test(file) && !isTest(file) && pattern.test(texts.get(file) ?? ''),
  )
  t.same(found, [])
})

test('nothing is left loose: no suppressed checks, no skipped tests, no notes to self', async (t) => {
  const pattern = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|expect-error)|biome-ignore|\bt(?:est)?\.(?:skip|only)\(/
  const found = files.filter((file) => file !== 'tidy.test.ts' && pattern.test(texts.get(file) ?? ''))
  t.same(found, [])
})
