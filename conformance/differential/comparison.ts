// Two answers to one request: do they agree in status and reason, in message and causes, in headers, and as objects? Each disagreement is
// a `Difference` with a signature that is the same for differences of the same kind, so that they can be counted.
import type { Answer } from './http-client.ts'
import { isObject, type Json, textAt, valueAt } from './json-value.ts'
import { type Masker, unorderedCauses } from './masks.ts'
import type { Step } from './step.ts'

export interface Difference {
  /** status, reason, message, causes, details, header, object */
  readonly aspect: string
  /** Where, with indexes as `*`. */
  readonly path: string
  readonly real: string
  readonly other: string
}

export interface Outcome {
  /** The real one answered 2xx. */
  readonly accepted: boolean
  readonly sameStatus: boolean
  /** Undefined when the real answer was no Status of failure. */
  readonly sameMessage: boolean | undefined
  readonly sameObject: boolean
  readonly sameHeaders: boolean
  readonly differences: readonly Difference[]
}

const MAX_OBJECT_DIFFERENCES = 20
const HEADERS = ['content-type', 'cache-control', 'warning']

const isFailure = (answer: Answer): boolean =>
  isObject(answer.json) && answer.json['kind'] === 'Status' && answer.json['status'] === 'Failure'

const shown = (value: Json | undefined): string => (value === undefined ? '(absent)' : JSON.stringify(value).slice(0, 400))

const objectDifferences = (real: Json | undefined, other: Json | undefined, path: string, found: Difference[]): void => {
  if (found.length >= MAX_OBJECT_DIFFERENCES) return
  if (Array.isArray(real) && Array.isArray(other)) {
    if (real.length !== other.length)
      found.push({
        aspect: 'object',
        path: `${path}.length`,
        real: `${real.length}: ${shown(real)}`,
        other: `${other.length}: ${shown(other)}`,
      })
    else for (const [index, child] of real.entries()) objectDifferences(child, other[index], `${path}.*`, found)
  } else if (isObject(real) && isObject(other)) {
    for (const key of new Set([...Object.keys(real), ...Object.keys(other)]))
      objectDifferences(real[key], other[key], path === '' ? key : `${path}.${key}`, found)
  } else if (real !== other) found.push({ aspect: 'object', path, real: shown(real), other: shown(other) })
}

const statusDifferences = (real: Answer, other: Answer): Difference[] => {
  const reasons = [real, other].map((answer) => (isFailure(answer) ? textAt(answer.json, 'reason') : ''))
  const codes = [real, other].map((answer, index) => `${answer.code} ${reasons[index]}`.trim())
  if (real.code !== other.code) return [{ aspect: 'status', path: '', real: codes[0] ?? '', other: codes[1] ?? '' }]
  return reasons[0] === reasons[1] ? [] : [{ aspect: 'reason', path: '', real: reasons[0] ?? '', other: reasons[1] ?? '' }]
}

const failureDifferences = (real: Answer, other: Answer, masker: Masker, unordered: boolean): Difference[] => {
  const found: Difference[] = []
  for (const path of [['message'], ['details', 'causes'], ['details', 'name'], ['details', 'kind'], ['details', 'group']]) {
    const pair = [real, other].map((answer) => {
      const value = valueAt(answer.json, ...path)
      return value === undefined ? undefined : masker.text(JSON.stringify(value))
    })
    const [left, right] = unordered
      ? pair.map((text) =>
          text
            ?.split(/[,[\]{}]+ ?/)
            .sort()
            .join(' '),
        )
      : pair
    if (left !== right) found.push({ aspect: path.at(-1) ?? '', path: '', real: pair[0] ?? '(absent)', other: pair[1] ?? '(absent)' })
  }
  return found
}

const headerDifferences = (real: Answer, other: Answer, masker: Masker): Difference[] =>
  HEADERS.flatMap((header) => {
    const pair = [real, other].map((answer) => masker.text(answer.headers[header] ?? '(absent)'))
    return pair[0] === pair[1] ? [] : [{ aspect: 'header', path: header, real: pair[0] ?? '', other: pair[1] ?? '' }]
  })

export const compareAnswers = (
  real: Answer,
  other: Answer,
  { resource, verb }: Pick<Step, 'resource' | 'verb'>,
  masker: Masker,
): Outcome => {
  const accepted = real.code >= 200 && real.code < 300
  const status = statusDifferences(real, other)
  const failures =
    !accepted && isFailure(real)
      ? failureDifferences(real, other, masker, unorderedCauses.includes(resource) || verb.startsWith('apply'))
      : undefined
  const objects: Difference[] = []
  if (accepted && status.length === 0) {
    if (real.json === undefined || other.json === undefined) {
      if (real.text !== other.text)
        objects.push({ aspect: 'object', path: '(text)', real: real.text.slice(0, 200), other: other.text.slice(0, 200) })
    } else objectDifferences(masker.apply(real.json, resource, verb), masker.apply(other.json, resource, verb), '', objects)
  }
  const headers = status.length === 0 ? headerDifferences(real, other, masker) : []
  return {
    accepted,
    sameStatus: status.length === 0,
    sameMessage: failures === undefined ? undefined : failures.length === 0,
    sameObject: accepted ? status.length === 0 && objects.length === 0 : status.length === 0 && failures?.length === 0,
    sameHeaders: status.length === 0 && headers.length === 0,
    differences: status.length > 0 ? status : [...(failures ?? []), ...objects, ...headers],
  }
}
