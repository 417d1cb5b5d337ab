// Which form the client accepts an answer in: JSON, YAML or protobuf, the object itself, a Table, or its metadata alone.
// Upstream: k8s.io/apiserver/pkg/endpoints/handlers/negotiation.
import { StatusError } from '../../apimachinery/status-error.ts'

export type Shape = 'object' | 'table' | 'metadata'

export interface Representation {
  format: 'json' | 'yaml' | 'protobuf'
  shape: Shape
  /** Version of meta.k8s.io for tables and metadata. */
  metaVersion: string
}

const PLAIN: Representation = { format: 'json', shape: 'object', metaVersion: 'v1' }
const AVAILABLE = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const STREAMS = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/** What upstream says of an Accept header that names nothing it can write. */
export const notAcceptable = (mayStream: boolean): StatusError =>
  new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${mayStream ? `${AVAILABLE}, ${STREAMS}` : AVAILABLE}`,
    {},
  )

const memory = new Map<string, Representation | undefined>()
const MAX_REMEMBERED = 500

/** Reads an Accept header. Throws 406 when nothing in it can be given; lists may come as streams too. */
export const representation = (accept: string | undefined, mayStream = false): Representation => {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return PLAIN
  let found = memory.get(accept)
  if (!found && !memory.has(accept)) {
    found = choose(accept)
    if (memory.size < MAX_REMEMBERED) memory.set(accept, found)
  }
  if (!found) throw notAcceptable(mayStream)
  return found
}

const formats = new Map<string, Representation['format']>([
  ['application/json', 'json'],
  ['*/*', 'json'],
  ['application/*', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
])

interface Clause {
  mediaType: string
  parameters: Map<string, string>
  quality: number
}

const clauses = (accept: string): Clause[] =>
  accept
    .split(',')
    .map((text) => {
      const [mediaType = '', ...rest] = text.split(';').map((part) => part.trim())
      const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]))
      return { mediaType: mediaType.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) }
    })
    .sort((a, b) => b.quality - a.quality)

const choose = (accept: string): Representation | undefined => {
  for (const { mediaType, parameters } of clauses(accept)) {
    const format = formats.get(mediaType)
    if (!format) continue
    const as = parameters.get('as')
    if (as === undefined) return { format, shape: 'object', metaVersion: 'v1' }
    const metaVersion = parameters.get('v') ?? ''
    if (parameters.get('g') !== 'meta.k8s.io' || (metaVersion !== 'v1' && metaVersion !== 'v1beta1')) continue
    if (as === 'Table' && format !== 'protobuf') return { format, shape: 'table', metaVersion }
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { format, shape: 'metadata', metaVersion }
  }
  return undefined
}

/** Whether anything in an Accept header can be given. */
export const isAcceptable = (accept: string | undefined): boolean => accept === undefined || accept === '' || choose(accept) !== undefined

/** The format an error is written in: the first plain clause that names one, JSON when none does. */
export const errorFormat = (accept: string | undefined): Representation['format'] => {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return 'json'
  const plain = clauses(accept).find(({ mediaType, parameters }) => formats.has(mediaType) && !parameters.has('as'))
  return (plain && formats.get(plain.mediaType)) ?? 'json'
}
