// What the tests of validation share: templates with defaults set, as rules find them, and tables of what is wrong with them.
import { join } from 'node:path'
import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../apimachinery/field-error.ts'
import type { KubeObject, Value } from '../../apimachinery/kube-object.ts'
import { SchemaSet } from '../../openapi/schema-set.ts'
import { canonical } from '../codec/canonical.ts'
import { applyTypeDefaults } from '../kinds/defaults/type-defaults.ts'
import { checkPodTemplate } from '../kinds/validation/pod-templates.ts'
import type { PodTemplate } from '../kinds/validation/pod-types.ts'

const schemas = new SchemaSet(join(import.meta.dirname, '../../openapi/v1.36'))

/** An object as the server holds it when it is checked. */
export const asStored = (type: string, object: object): KubeObject => {
  const schema = schemas.type(type)
  const stored = canonical(schema, structuredClone({ metadata: {}, ...object }) as unknown as Value, { unknown: 0 })
  applyTypeDefaults(schema, stored as object)
  return stored as unknown as KubeObject
}

/** Messages without the examples and patterns they end with. */
export const messagesOf = (check: (errors: FieldError[]) => void): string[] => {
  const errors: FieldError[] = []
  check(errors)
  return errors.map((error) => fieldErrorMessage(error).replace(/ \((?:e\.g\.|regex used).*$/s, ''))
}

const templateFaults = (spec: object): string[] => {
  const template = { spec: { containers: [{ name: 'c', image: 'i' }], ...spec } }
  const stored = asStored('core/v1.PodTemplate', { template })['template'] as PodTemplate
  return messagesOf((errors) => checkPodTemplate(stored, 'template', errors)).map((message) => message.replace('template.', ''))
}

/** A test for each claim about a pod's spec: what is wrong with it, in order. */
export const claimFaults = (rows: readonly (readonly [claim: string, spec: object, faults: readonly string[]])[]): void => {
  for (const [claim, spec, faults] of rows) test(claim, async (t) => t.same(templateFaults(spec), faults))
}

/** The same for kinds: `spec` is changed by each row. */
export const kindFaults = (
  type: string,
  check: (object: KubeObject, errors: FieldError[]) => void,
  spec: object,
  rows: readonly (readonly [claim: string, change: object, faults: readonly string[]])[],
): void => {
  for (const [claim, change, faults] of rows)
    test(claim, async (t) => {
      const object = asStored(type, { metadata: { name: 'w' }, spec: { ...spec, ...change } })
      t.same(
        messagesOf((errors) => check(object, errors)),
        faults,
      )
    })
}

const withChange = (object: object, path: string, value: unknown): object => {
  const copy = structuredClone(object)
  const parts = path.split('.')
  let at = copy as Record<string, unknown>
  for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>
  if (value === undefined) delete at[parts.at(-1) as string]
  else at[parts.at(-1) as string] = value
  return copy
}

/** Updates: each row changes members of what is stored, by their dotted paths; undefined takes a member away. */
export const changeFaults = (
  type: string,
  stored: object,
  check: (object: KubeObject, old: KubeObject, errors: FieldError[]) => void,
  rows: readonly (readonly [claim: string, changes: Readonly<Record<string, unknown>>, faults: readonly string[]])[],
): void => {
  const old = asStored(type, stored)
  for (const [claim, changes, faults] of rows)
    test(claim, async (t) => {
      const object = Object.entries(changes).reduce((current, [path, value]) => withChange(current, path, value), stored)
      t.same(
        messagesOf((errors) => check(asStored(type, object), old, errors)),
        faults,
      )
    })
}
