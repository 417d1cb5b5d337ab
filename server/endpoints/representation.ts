// Which form the client accepts an answer in: JSON, YAML or protobuf, the object itself, a Table, or its metadata alone.
// Upstream: k8s.io/apiserver/pkg/endpoints/handlers/negotiation, and what go-restful asks of a route before.
import { StatusError } from '../../apimachinery/status-error.ts'
import { JSON_TYPE, PROTOBUF_TYPE, YAML_TYPE } from '../http/response.ts'
import { type AcceptClause, acceptClauses, routeMatches, takes } from './accept-clauses.ts'

export type Shape = 'object' | 'table' | 'metadata'

export interface Representation {
  format: 'json' | 'yaml' | 'protobuf'
  shape: Shape
  /** Version of meta.k8s.io for tables and metadata. */
  metaVersion: string
  /** Of metadata: what was asked for is a list's. */
  ofList?: boolean
}

const PLAIN: Representation = { format: 'json', shape: 'object', metaVersion: 'v1' }
export const MEDIA_TYPES = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE] as const
const FORMATS: readonly Representation['format'][] = ['json', 'yaml', 'protobuf']
const STREAMS = [JSON_TYPE, PROTOBUF_TYPE].map((mediaType) => `${mediaType};stream=watch`)

/** What upstream's router says of an Accept header that names nothing a route can write. */
export const notAcceptable = (mayStream: boolean): StatusError => {
  const available = mayStream ? [...MEDIA_TYPES, ...STREAMS] : MEDIA_TYPES
  return new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, {})
}

/** What its handlers say of one whose parameters ask for more than there is. */
export const notNegotiable = (isWatch: boolean): StatusError => {
  const accepted = (isWatch ? STREAMS : MEDIA_TYPES).join(', ')
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted}`)
}

type Choice = Representation | 'no route' | 'no media type'

const memory = new Map<string, Choice>()
const MAX_REMEMBERED = 500
/** Longer headers are read each time. */
const MAX_REMEMBERED_LENGTH = 1024

const choice = (accept: string): Choice => {
  let found = memory.get(accept)
  if (found === undefined) {
    found = routeMatches(accept, MEDIA_TYPES) ? (choose(accept) ?? 'no media type') : 'no route'
    if (memory.size < MAX_REMEMBERED && accept.length <= MAX_REMEMBERED_LENGTH) memory.set(accept, found)
  }
  return found
}

/** Reads an Accept header. Throws 406 when nothing in it can be given; lists may come as streams too. */
export const representation = (accept: string | undefined, mayStream = false): Representation => {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return PLAIN
  const found = choice(accept)
  if (found === 'no route') throw notAcceptable(mayStream)
  if (found === 'no media type') throw notNegotiable(false)
  return found
}

const META_VERSIONS: readonly (string | undefined)[] = ['v1', 'v1beta1']

/** Undefined where the clause asks for what an answer in the format cannot be. */
const asked = (format: Representation['format'], parameters: AcceptClause['parameters']): Representation | undefined => {
  const stream = parameters.get('stream')
  if (stream !== undefined && (format === 'yaml' || stream !== 'watch')) return undefined
  if ((parameters.get('sv') ?? 'v1') !== 'v1') return undefined
  const [as, group, version] = [parameters.get('as'), parameters.get('g'), parameters.get('v')]
  if (as === undefined && group === undefined && version === undefined) return { format, shape: 'object', metaVersion: 'v1' }
  if (group !== 'meta.k8s.io' || !META_VERSIONS.includes(version)) return undefined
  const metaVersion = version as string
  if (as === 'Table') return format === 'protobuf' ? undefined : { format, shape: 'table', metaVersion }
  if (as !== 'PartialObjectMetadata' && as !== 'PartialObjectMetadataList') return undefined
  return { format, shape: 'metadata', metaVersion, ofList: as === 'PartialObjectMetadataList' }
}

const choose = (accept: string): Representation | undefined => {
  for (const clause of acceptClauses(accept)) {
    for (const [index, format] of FORMATS.entries()) {
      if (!takes(clause, MEDIA_TYPES[index] as string)) continue
      const found = asked(format, clause.parameters)
      if (found) return found
    }
  }
  return undefined
}

/** Whether anything in an Accept header can be given. */
export const isAcceptable = (accept: string | undefined): boolean => accept === undefined || accept === '' || choose(accept) !== undefined

/** The format of what has no other shapes: that of the first clause that asks for none. Undefined where there is no such clause. */
export const plainFormat = (accept: string | undefined): Representation['format'] | undefined => {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return 'json'
  for (const clause of acceptClauses(accept)) {
    const index = MEDIA_TYPES.findIndex((mediaType) => takes(clause, mediaType))
    if (index >= 0 && !['as', 'g', 'v'].some((name) => clause.parameters.has(name))) return FORMATS[index]
  }
  return undefined
}

/** The format an error is written in: JSON where the client's header names none. */
export const errorFormat = (accept: string | undefined): Representation['format'] => plainFormat(accept) ?? 'json'
