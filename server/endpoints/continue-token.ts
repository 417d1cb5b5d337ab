// Continue tokens: where the next page of a list begins, and at which revision. Clients hand them back, so nothing in one is trusted.
// Upstream: k8s.io/apiserver/pkg/storage/continue.go.
import { parseJson } from '../../apimachinery/json-parse.ts'
import { JsonSyntaxError, jsonFault } from '../../apimachinery/json-scan.ts'
import { isMap, type Value } from '../../apimachinery/kube-object.ts'
import { badRequest, type StatusError } from '../../apimachinery/status-error.ts'

export interface ContinueToken {
  /** Negative: the pages need not agree with the first. */
  revision: number
  /** The key after which the page begins, below the kind's prefix. */
  start: string
}

const VERSION = 'meta.k8s.io/v1'
const FIRST_BELOW_A_KEY = '\0'
const BASE64_URL = /^[A-Za-z0-9_-]$/

const refused = (why: string): StatusError => badRequest(`invalid continue token: continue key is not valid${why}`)

/** The token that goes on after a key. */
export const continueAfter = (revision: number, key: string): string =>
  writeContinueToken({ revision, start: `${key}${FIRST_BELOW_A_KEY}` })

export const writeContinueToken = ({ revision, start }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start })).toString('base64url')

/** Unpadded base64 as Go's RawURLEncoding takes it: line breaks are passed over. */
const decoded = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  let digits = 0
  for (const [at, byte] of bytes.entries()) {
    if (byte === 10 || byte === 13) continue
    if (!BASE64_URL.test(String.fromCharCode(byte))) throw refused(`: illegal base64 data at input byte ${at}`)
    digits++
  }
  if (digits % 4 === 1) throw refused(`: illegal base64 data at input byte ${bytes.length - 1}`)
  return Buffer.from(text.replaceAll(/[\r\n]/g, ''), 'base64url')
}

const goKind = (value: Value): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value

const isInt64 = (value: Value): boolean =>
  (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value)

const wrongMember = (name: string, value: Value, goType: string): StatusError => {
  const shown = goType === 'int64' && goKind(value) === 'number' ? `number ${value}` : goKind(value)
  return refused(`: json: cannot unmarshal ${shown} into Go struct field continueToken.${name} of type ${goType}`)
}

interface Fields {
  v: string
  rv: number
  start: string
}

const fieldsOf = (bytes: Buffer): Fields => {
  const fields: Fields = { v: '', rv: 0, start: '' }
  let value: Value
  try {
    value = parseJson(bytes.toString('utf8').toWellFormed(), false).value
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw refused(`: ${(jsonFault(bytes) ?? error).message}`)
    throw error
  }
  if (value === null) return fields
  if (!isMap(value)) throw refused(`: json: cannot unmarshal ${goKind(value)} into Go value of type storage.continueToken`)
  for (const [name, member] of Object.entries(value)) {
    if (member === null) continue
    if (name === 'v' || name === 'start') {
      if (typeof member !== 'string') throw wrongMember(name, member, 'string')
      fields[name] = member
    } else if (name === 'rv') {
      if (!isInt64(member)) throw wrongMember(name, member, 'int64')
      fields.rv = Number(member)
    }
  }
  return fields
}

/** A part that a cleaned path would not have: nothing, one dot or two. */
const UNCLEAN = /\/\.{0,2}(?:\/|$)/

/** Reads a client's token. Throws StatusError 400 in upstream's words. */
export const readContinueToken = (text: string): ContinueToken => {
  const { v, rv, start } = fieldsOf(decoded(text))
  if (v !== VERSION) throw refused(`: server does not recognize this encoded version ${v}`)
  if (rv === 0) throw refused(`: incorrect encoded start resourceVersion (version ${VERSION})`)
  if (start === '') throw refused(`: encoded start key empty (version ${VERSION})`)
  const key = start.startsWith('/') ? start : `/${start}`
  if (key !== '/' && UNCLEAN.test(key)) throw refused(`: ${start}`)
  return { revision: rv, start: key.slice(1) }
}

/** The key after which a token's page begins. */
export const keyBefore = ({ start }: ContinueToken): string => (start.endsWith(FIRST_BELOW_A_KEY) ? start.slice(0, -1) : start)
