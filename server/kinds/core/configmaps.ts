// Config maps: keys and total size are checked, immutable ones stay. Upstream: pkg/registry/core/configmap.
import { type FieldError, forbiddenField, invalidValue, tooLong } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { configMapKey, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { count } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { differs, strategyOf } from '../strategies.ts'
import { metadataErrors } from '../validation/metadata.ts'

const MAX_BYTES = 1024 * 1024

const base64Bytes = (text: string): number => Math.floor((text.length * 3) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)

const validate = (object: KubeObject): FieldError[] => {
  const data = Object.entries((object['data'] ?? {}) as Record<string, string>)
  const binary = Object.entries((object['binaryData'] ?? {}) as Record<string, string>)
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of data) {
    errors.push(...configMapKey(key).map((message) => invalidValue(`data[${key}]`, key, message)))
    if (binary.length > 0 && binary.some(([other]) => other === key))
      errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'))
    size += Buffer.byteLength(value)
  }
  for (const [key, value] of binary) {
    errors.push(...configMapKey(key).map((message) => invalidValue(`binaryData[${key}]`, key, message)))
    size += base64Bytes(value)
  }
  if (size > MAX_BYTES) errors.push(tooLong('', MAX_BYTES))
  return errors
}

const unchanged = (object: KubeObject, old: Frozen<KubeObject>, members: readonly string[]): FieldError[] => {
  if (old['immutable'] !== true) return []
  const errors = object['immutable'] === true ? [] : [forbiddenField('immutable', 'field is immutable when `immutable` is set')]
  const changed = members.filter((member) => differs(object[member], old[member]))
  return [...errors, ...changed.map((member) => forbiddenField(member, 'field is immutable when `immutable` is set'))]
}

export const configmaps = defineResource('', 'ConfigMap', {
  cells: { Data: (map) => count(at(map, 'data')) + count(at(map, 'binaryData')) },
  strategy: strategyOf(
    {},
    {
      validate,
      validateUpdate: (object, old) => [
        ...unchanged(object, old, ['data', 'binaryData']),
        ...metadataErrors(object, true, dns1123Subdomain),
        ...validate(object),
      ],
    },
  ),
})
