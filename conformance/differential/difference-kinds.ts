// Groups differences that have one cause: the same aspect, the same place, the same two values with names taken out. What a run found is
// then a list short enough to read, the most frequent first.
import type { Difference } from './comparison.ts'
import { textAt, valueAt } from './json-value.ts'
import type { Exchange } from './runner.ts'

export interface DifferenceKind {
  readonly signature: string
  readonly difference: Difference
  readonly example: Exchange
  count: number
  readonly cells: Map<string, number>
}

/** A message may repeat a whole object of 200 kB; patterns that look for names take the square of that. */
const LONGEST_TEXT = 2000

/** Names, numbers and quoted texts taken out of a value, so that equal causes look equal. */
const shape = (text: string): string =>
  text
    .slice(0, LONGEST_TEXT)
    .replaceAll(/[a-z]+-\d+/g, '<name>')
    .replaceAll(/10\.200\.\d+\.\d+/g, '<name>')
    .replaceAll(/\d+/g, '#')
    .slice(0, 120)

/** Where in the object, the same for a pod's spec wherever it is; of other objects, with the resource's name. */
const placeOf = (path: string, resource: string): string => {
  const inObject = path.replace(/^items\.\*\.|^rows\.\*\.object\./, '')
  const podSpec =
    /(?:^|\.)template\.spec\.(.*)/.exec(inObject)?.[1] ?? (resource === 'pods' ? /^spec\.(.*)/.exec(inObject)?.[1] : undefined)
  if (podSpec !== undefined) return `pod spec: ${podSpec.replace(/^(?:initC|ephemeralC|c)ontainers/, 'containers')}`
  return inObject.startsWith('metadata.') ? inObject : `${resource}: ${inObject}`
}

/** A value one side lacks is one kind whatever the value is. */
const sides = (real: string, other: string): string[] => {
  if (other === '(absent)') return ['missing in ours']
  return real === '(absent)' ? ['only in ours'] : [shape(real), shape(other)]
}

const QUOTED = /\\?"(?:[^"\\]|\\[^"])*\\?"/g

/** A sentence without the names in it, nor those of the kind and the resource. */
const sentence = (text: string, exchange: Exchange): string => {
  const own = [exchange.step.resource, textAt(exchange.real.json, 'details', 'kind'), exchange.step.resource.split('.')[0] ?? '']
  return own.reduce(
    (left, word) => (word === '' ? left : left.replaceAll(word, '<kind>')),
    shape(text.slice(0, LONGEST_TEXT).replaceAll(QUOTED, '<q>')),
  )
}

/** What the real one found wrong that ours did not mind: a signature for each cause, so that each missing check is counted by itself. */
const uncheckedCauses = (exchange: Exchange): string[] => {
  const causes = valueAt(exchange.real.json, 'details', 'causes')
  if (!Array.isArray(causes) || exchange.other.code >= 300) return []
  const signatures = causes.map((cause) => {
    const field = textAt(cause, 'field')
      .replaceAll(/\[[^\]]*\]/g, '[]')
      .replaceAll('[]', '')
    return ['status', placeOf(field, exchange.step.resource), sentence(textAt(cause, 'message'), exchange)].join(' | ')
  })
  return [...new Set(signatures)]
}

const signaturesOf = (difference: Difference, exchange: Exchange): string[] => {
  const { aspect, path, real, other } = difference
  if (aspect === 'object') return [[aspect, placeOf(path, exchange.step.resource), ...sides(real, other)].join(' | ')]
  if (aspect !== 'status') return [[aspect, path, sentence(real, exchange), sentence(other, exchange)].join(' | ')]
  const causes = uncheckedCauses(exchange)
  if (causes.length > 0) return causes
  // What the side that refused said; the real one's word if both did.
  const said = textAt(real.startsWith('2') ? exchange.other.json : exchange.real.json, 'message')
  const verb = real.startsWith('2') || other.startsWith('2') ? '' : exchange.step.verb
  return [[aspect, `${real} not ${other}`, verb, sentence(said, exchange)].join(' | ')]
}

export const differenceKinds = (exchanges: readonly Exchange[]): DifferenceKind[] => {
  const kinds = new Map<string, DifferenceKind>()
  for (const exchange of exchanges)
    for (const difference of exchange.outcome.differences) {
      const cell = `${exchange.step.resource} ${exchange.step.verb}`
      for (const signature of signaturesOf(difference, exchange)) {
        let kind = kinds.get(signature)
        if (!kind) kinds.set(signature, (kind = { signature, difference, example: exchange, count: 0, cells: new Map() }))
        kind.count++
        kind.cells.set(cell, (kind.cells.get(cell) ?? 0) + 1)
      }
    }
  return [...kinds.values()].sort((a, b) => b.count - a.count)
}
