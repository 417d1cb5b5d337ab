// Options that a kind of their own describes, read from a query by that kind's fields. Nobody checks them for names they do not have.
// Upstream: the ParameterCodec's conversions in k8s.io/apimachinery/pkg/runtime/conversion.go and apis/meta/v1/conversion.go.
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest } from '../../apimachinery/status-error.ts'
import { canonicalTime } from '../../apimachinery/time.ts'
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'

const whole = (text: string, parser: 'ParseInt' | 'ParseUint', bits: number): number => {
  const failed = (why: string): Error => new Error(`strconv.${parser}: parsing ${JSON.stringify(text)}: ${why}`)
  if (!(parser === 'ParseInt' ? /^[+-]?\d+$/ : /^\d+$/).test(text)) throw failed('invalid syntax')
  const value = BigInt(text.replace('+', ''))
  if ((parser === 'ParseInt' ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) throw failed('value out of range')
  return Number(value)
}

const time = (text: string): string | null => {
  if (text === '' || text === 'null') return null
  const read = canonicalTime(text)
  if ('error' in read) throw new Error(read.error)
  return read.text
}

/** Ports come one by one or with commas between them. */
const wholes = (values: readonly string[], type: TypeSchema): number[] => {
  try {
    return values.flatMap((value) => value.split(',').map((part) => whole(part, 'ParseUint', 16)))
  } catch (error) {
    throw new Error(`cannot convert to ${type.goName}: ${(error as Error).message}`)
  }
}

const optionOf = ({ type }: FieldSchema, values: readonly string[]): Value => {
  const [first = ''] = values
  if (type.kind === 'bool') return first !== '0' && first.toLowerCase() !== 'false'
  if (type.kind === 'int') return whole(first, 'ParseInt', 64)
  if (type.kind === 'time') return time(first)
  if (type.kind === 'list') return type.element?.kind === 'int' ? wholes(values, type) : [...values]
  return first
}

/** The options of a query; `path` is what a proxy's path says, whatever the query does. Throws 400 in upstream's words. */
export const queryOptions = (schema: TypeSchema, query: URLSearchParams, path?: string): ValueMap => {
  const options: ValueMap = {}
  try {
    for (const field of schema.fields) {
      const values = field.name === 'path' && path !== undefined ? [path] : query.getAll(field.name)
      if (field.name !== '' && values.length > 0) options[field.name] = optionOf(field, values)
    }
  } catch (error) {
    throw badRequest((error as Error).message)
  }
  return options
}
