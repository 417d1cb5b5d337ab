// expectations.json: every outside case, as "pass" or as the reason why not. Read and checked here; written by --write of the suites.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

/** A case passes, fails for a reason, or flakes on the real server too and does not gate. */
export type Expectation = 'pass' | { fail: string } | { flakes: string }

export type Expectations = Record<string, Record<string, Expectation>>

const schema = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    additionalProperties: {
      oneOf: [
        { const: 'pass' },
        { type: 'object', additionalProperties: false, required: ['fail'], properties: { fail: { type: 'string', minLength: 8 } } },
        { type: 'object', additionalProperties: false, required: ['flakes'], properties: { flakes: { type: 'string', minLength: 8 } } },
      ],
    },
  },
}

const path = join(import.meta.dirname, 'expectations.json')

/** Throws when the file does not have its shape: a fail without a reason, for one. */
export const readExpectations = (): Expectations => {
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as Expectations
  const validate = new Ajv().compile(schema)
  if (!validate(parsed)) throw new Error(`expectations.json: ${JSON.stringify(validate.errors)}`)
  return parsed
}

export const writeExpectations = (expectations: Expectations): void => writeFileSync(path, `${JSON.stringify(expectations, null, 2)}\n`)
