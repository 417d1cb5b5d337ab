// YAML bodies as sigs.k8s.io/yaml reads them: the first document, YAML 1.1 booleans but neither its dates nor its base 60,
// keys as sorted text.
// Knows no kinds. Upstream: sigs.k8s.io/yaml YAMLToJSONStrict over go.yaml.in/yaml/v2.
import {
  type Document,
  isAlias,
  isCollection,
  isPair,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type YAMLError as SyntaxFault,
  type Tags,
} from 'yaml'
import { MAX_DEPTH } from '../../apimachinery/json-scan.ts'
import { setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'

/** A text that is no YAML, or none that JSON can say. */
export class YamlError extends Error {}

const INT = 'tag:yaml.org,2002:int'
const BINARY = 'tag:yaml.org,2002:binary'

const octal: ScalarTag = { tag: INT, default: true, test: /^0o[0-7_]+$/, resolve: (text) => Number(text.replaceAll('_', '')) }
const binary: ScalarTag = { tag: BINARY, default: false, resolve: (text) => Buffer.from(text, 'base64').toString('utf8') }

/** Go knows no kinds of collections: what they are is what they look like. */
const COLLECTIONS = /^(?:tag:yaml\.org,2002:)?(?:set|omap|pairs)$/

const goTags = (tags: Tags): Tags => {
  const kept = tags.filter(
    (tag) =>
      !COLLECTIONS.test(typeof tag === 'string' ? tag : tag.tag) &&
      (typeof tag === 'string' ||
        !((tag as ScalarTag).format === 'TIME' || tag.tag === 'tag:yaml.org,2002:timestamp' || tag.tag === BINARY)),
  )
  return [octal, binary, ...kept]
}

/** Upstream's words for what both libraries refuse; these name no line when it is the first. */
const wording: readonly [pattern: RegExp, words: string][] = [
  [/^(?:Tabs are not allowed|Plain value cannot start with)/, 'found character that cannot start any token'],
  [/^Nested mappings are not allowed/, 'mapping values are not allowed in this context'],
  [/^Missing closing/, 'found unexpected end of stream'],
  [/^Invalid escape sequence/, 'found unknown escape character'],
  [/^Maximum call stack/, 'exceeded max depth of 10000'],
]

/** What is wrong within brackets and braces: upstream counts its lines from 0, and ends an unfinished last one. */
const flowFault = (fault: SyntaxFault, message: string, text: string): string | undefined => {
  const what = /^(?:(?:Flow (map|sequence)|Missing , or : between flow (map) items)\b|Unexpected , in flow)/.exec(message)
  if (!what) return undefined
  const closing = (what[1] ?? what[2]) === 'sequence' ? ']' : '}'
  const before = text.slice(0, fault.pos[0]).trimEnd()
  const words = /[,:[{]$/.test(before) ? 'did not find expected node content' : `did not find expected ',' or '${closing}'`
  const { line = 1, col = 1 } = fault.linePos?.[0] ?? {}
  const shown = fault.pos[0] >= text.length && col > 1 ? line : line - 1
  return shown === 0 ? `yaml: ${words}` : `yaml: line ${shown}: ${words}`
}

const described = (fault: SyntaxFault, text: string): string => {
  const message = (fault.message.split('\n')[0] ?? '').replace(/ at line.*$/, '')
  const alias = /^Unresolved alias .*: (.*)$/.exec(message)
  if (alias) return `yaml: unknown anchor '${alias[1]}' referenced`
  const flow = flowFault(fault, message, text)
  if (flow !== undefined) return flow
  const words = wording.find(([pattern]) => pattern.test(message))?.[1]
  const line = fault.linePos?.[0].line ?? 1
  return words !== undefined && line === 1 ? `yaml: ${words}` : `yaml: line ${line}: ${words ?? message}`
}

const keyText = (key: unknown, value: unknown): string => {
  if (typeof key === 'string') return key
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return String(key)
  if (typeof key !== 'object') throw new YamlError(`unsupported map key of type: ${typeof key}, key: ${String(key)}`)
  if (key === null) throw new YamlError(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${JSON.stringify(value)}`)
  throw new YamlError(`yaml: invalid map key: ${JSON.stringify(key)}`)
}

const asJson = (value: unknown, depth: number): Value => {
  if (depth > MAX_DEPTH) throw new YamlError('yaml: exceeded max depth')
  if (Array.isArray(value)) return value.map((element) => asJson(element, depth + 1))
  if (value instanceof Map) {
    const result: ValueMap = {}
    const entries = [...value].map(([key, member]): [string, unknown] => [keyText(key, member), member])
    for (const [key, member] of entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) setMember(result, key, asJson(member, depth + 1))
    return result
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new YamlError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
  if (typeof value === 'bigint' && BigInt.asIntN(53, value) === value) return Number(value)
  return (value ?? null) as Value
}

/** Values that aliases may stand for: nearly all of a small document, a tenth of a large one. */
const fewEnough = (aliased: number, all: number): boolean => {
  if (aliased <= 100 || all <= 1000) return true
  const [small, large] = [400_000, 4_000_000]
  const ratio = 0.99 - (0.89 * (Math.min(Math.max(all, small), large) - small)) / (large - small)
  return aliased / all <= ratio
}

/** Walks a document as if each alias were what it stands for, and refuses one that says too much. */
const checkAliases = (document: Document.Parsed): void => {
  const anchors = new Map<string, unknown>()
  const within = new Set<unknown>()
  let [all, aliased] = [0, 0]
  const walk = (node: unknown, inAlias: boolean): void => {
    all++
    if (inAlias) aliased++
    if (!fewEnough(aliased, all)) throw new YamlError('yaml: document contains excessive aliasing')
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (within.has(target)) throw new YamlError(`yaml: anchor '${node.source}' value contains itself`)
      return walk(target, true)
    }
    if (isPair(node)) {
      walk(node.key, inAlias)
      return walk(node.value, inAlias)
    }
    const { anchor } = (node ?? {}) as { anchor?: string }
    if (anchor !== undefined) anchors.set(anchor, node)
    if (!isCollection(node)) return
    within.add(node)
    for (const item of node.items) walk(item, inAlias)
    within.delete(node)
  }
  walk(document.contents, false)
}

const REPEATED = 'yaml: unmarshal errors:'

/** A key is found to stand twice once its value was read, with what stands twice in that. */
const duplicateKeys = (document: Document.Parsed, lines: LineCounter): string[] => {
  const found: string[] = []
  const walk = (node: unknown): void => {
    if (!isCollection(node)) return
    const seen = new Set<string>()
    for (const item of node.items) {
      if (!isPair(item)) {
        walk(item)
        continue
      }
      const { key, value } = item as Pair<Scalar>
      walk(value)
      if (!isScalar(key)) continue
      const text = String(key.value)
      if (seen.has(text)) found.push(`  line ${lines.linePos(key.range?.[0] ?? 0).line}: key ${JSON.stringify(text)} already set in map`)
      seen.add(text)
    }
  }
  walk(document.contents)
  return found.length === 0 ? [] : [`${REPEATED}\n${found.join('\n')}`]
}

/** A strict error as warnings: what stands twice, one by one. */
export const warningsOf = (strictError: string): string[] =>
  strictError.startsWith(REPEATED)
    ? strictError
        .slice(REPEATED.length + 1)
        .split('\n')
        .map((line) => line.trim())
    : [strictError]

/** What comes after a document in brackets or braces is not read. */
const isBehind = ({ contents }: Document.Parsed, { code, pos }: SyntaxFault): boolean =>
  code === 'UNEXPECTED_TOKEN' && isCollection(contents) && contents.flow === true && pos[0] >= (contents.range?.[1] ?? 0)

/** Reads a text; repeated keys are strict errors. Throws YamlError. */
export const readYaml = (text: string): { value: Value; strictErrors: string[] } => {
  const lineCounter = new LineCounter()
  try {
    const document = parseDocument(text, {
      version: '1.1',
      uniqueKeys: false,
      intAsBigInt: true,
      logLevel: 'silent',
      lineCounter,
      customTags: goTags,
    })
    const fault = document.errors.find((error) => error.code !== 'MULTIPLE_DOCS' && !isBehind(document, error))
    if (fault) throw new YamlError(described(fault, text))
    if (/^%YAML (?!1\.[012]\b)/m.test(text)) throw new YamlError('yaml: found incompatible YAML document')
    if (text.includes('*')) checkAliases(document)
    return {
      value: asJson(document.toJS({ maxAliasCount: -1, mapAsMap: true }) as unknown, 0),
      strictErrors: duplicateKeys(document, lineCounter),
    }
  } catch (error) {
    if (error instanceof YamlError) throw error
    if (error instanceof RangeError) throw new YamlError('yaml: exceeded max depth')
    throw new YamlError(described(error as SyntaxFault, text))
  }
}
