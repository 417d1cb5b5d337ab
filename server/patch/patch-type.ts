// What a patch is to the endpoints: bytes that change a JSON tree, and the ways it can be wrong. Each type is a file of its own.
// Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go.

import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'

/** Wrong in itself: 400 with this message. */
export class PatchSyntaxError extends Error {}

/** Right in itself, but not for this object: 422. */
export class PatchNotApplicable extends Error {}

/** Neither: upstream lets the error through, and the answer is 500 with this message. */
export class PatchFailed extends Error {}

/** Too much: 413 with this message. */
export class PatchTooLarge extends Error {}

export interface PatchType {
  readonly mediaType: string
  /** Reads and checks the patch. Throws PatchSyntaxError, PatchTooLarge. */
  parse(text: string): ParsedPatch
}

export interface ParsedPatch {
  /** Members that stood twice, or that no patch has; for field validation. */
  readonly strictErrors: readonly string[]
  /** Applies to a private tree, which may be changed and returned. Throws PatchNotApplicable, PatchSyntaxError, PatchFailed. */
  apply(current: ValueMap, schema: TypeSchema): Patched
}

export interface Patched {
  value: Value
  /** What upstream quotes when the value does not fit its type. Call before the value is changed further. */
  shown(): string
  /** What does not fit, where upstream's words are not its decoder's. */
  fault?(): string | undefined
  /** Upstream reads the value as it would a body: its kind and version count. */
  checksKind: boolean
}

/** How Go names the type of a JSON value. */
export const goTypeOf = (value: Value): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'bigint'
          ? 'number'
          : typeof value
