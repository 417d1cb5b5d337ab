// What the codec's tests share: the tables of the current minor, and messages encoded by hand.
import { join } from 'node:path'
import { SchemaSet } from '../../openapi/schema-set.ts'

export const schemas = new SchemaSet(join(import.meta.dirname, '../../openapi/v1.36'))

/** Numbers below 128 only: one byte a number. */
type Part = number | string | Uint8Array

/** A length-delimited field. */
export const field = (number: number, ...parts: Part[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))))
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), body])
}

/** A varint field. */
export const varint = (number: number, ...bytes: number[]): Buffer => Buffer.from([number * 8, ...bytes])

/** The `k8s\0` envelope. */
export const envelope = (apiVersion: string, kind: string, raw: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), field(1, field(1, apiVersion), field(2, kind)), field(2, raw)])
