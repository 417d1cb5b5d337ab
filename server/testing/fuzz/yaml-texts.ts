// YAML texts: JSON is YAML and means the same; everything else is read or refused in time and space that stay within bounds.
import { JsonSyntaxError } from '../../../apimachinery/json-scan.ts'
import { writeJson } from '../../../apimachinery/json-write.ts'
import type { Value, ValueMap } from '../../../apimachinery/kube-object.ts'
import { readYaml, YamlError } from '../../codec/yaml-reader.ts'
import { yamlOf } from '../../http/response.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { mutatedText, nestedText } from './mutations.ts'
import { allKinds, randomObject } from './random-objects.ts'

const PIECES = [
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '!!binary ',
    '!!int ',
    '!!float ',
    '!!set ',
    '!!omap ',
    '!!timestamp ',
    '!x ',
    '? ',
    ': ',
    '- ',
    '|',
    '>',
    '|-\n',
  ],
  ...[
    '#',
    '---',
    '...',
    '%YAML 1.1\n',
    '\n',
    '\n  ',
    '\t',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '~',
    'yes',
    '1:30',
    '0x1F',
    '0b1',
    '1_000',
    '.inf',
  ],
  ...[
    '.nan',
    '2001-01-01',
    '__proto__: 1',
    'constructor: {prototype: {polluted: 1}}',
    '9'.repeat(40),
    '0o17',
    '\ufeff',
    '\u0085',
    '=',
    '@',
    '`',
  ],
]
const MOST_NODES = 400_000

/** Anchors of lists of aliases of lists: a small text that stands for very much. */
const bomb = (random: FuzzRandom): string => {
  const width = 2 + random.below(12)
  const lines = ['a0: &a0 [x]']
  for (let level = 1; level < 1 + random.below(12); level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: width }, () => `*a${random.chance(20) ? level : level - 1}`).join(', ')}]`)
  return lines.join('\n')
}

const yamlText = (random: FuzzRandom): string => {
  if (random.chance(12)) return bomb(random)
  if (random.chance(40)) return nestedText(random.pick([50, 500, 5000]), random)
  if (random.chance(40)) return `${'- '.repeat(random.pick([50, 500, 3000]))}a`
  const object = writeJson(randomObject(random.pick(allKinds), random))
  const text = random.chance(3) || object.includes('9223') ? object : yamlOf(Buffer.from(object)).toString()
  return mutatedText(text.slice(0, 20_000), PIECES, random)
}

const countNodes = (value: Value): number => {
  if (typeof value !== 'object' || value === null) return 1
  let count = 1
  for (const member of Object.values(value)) count += countNodes(member as Value)
  return count
}

const longKey = (value: Value): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, member]) => JSON.stringify(key).length > 1000 || longKey(member as Value))

const sorted = (value: Value): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.entries(value as ValueMap)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => [key, sorted(member)])
}

export const yamlSubject: FuzzSubject = {
  name: 'yaml',
  run: ({ random, show }) => {
    if (random.chance(3)) {
      const object = randomObject(random.pick(allKinds), random)
      show(object)
      if (!longKey(object)) mustEqual(sorted(readYaml(writeJson(object)).value), sorted(object), 'JSON read as YAML is another value')
      return
    }
    const text = yamlText(random).toWellFormed()
    show(text)
    const found = declared([YamlError, JsonSyntaxError], () => readYaml(text))
    if (!found) return
    mustBePlain(found.value)
    mustBe(countNodes(found.value) <= MOST_NODES, () => 'a text became more values than anybody may send')
    for (const word of ['undefined', '[object']) mustBe(!found.strictErrors.join().includes(word), () => `a strict error says ${word}`)
  },
}
