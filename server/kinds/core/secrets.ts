// Secrets: stringData becomes data, the type stays. Upstream: pkg/registry/core/secret.
import { at, type KubeObject, setMember, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { count } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { secretWarnings, validateSecret, validateSecretUpdate } from './secret-validation.ts'

/** Write-only text members go over their encoded twins. */
const mergeStringData = (object: KubeObject): void => {
  const text = object['stringData'] as Record<string, string> | undefined
  if (!text) return
  const data = { ...((object['data'] ?? {}) as ValueMap) }
  for (const [key, value] of Object.entries(text)) setMember(data, key, Buffer.from(value).toString('base64'))
  object['data'] = data
  delete object['stringData']
}

export const secrets = defineResource('', 'Secret', {
  cells: { Type: (secret) => textAt(secret, 'type'), Data: (secret) => count(at(secret, 'data')) },
  selectableFields: { names: ['type'], of: (secret) => ({ type: textAt(secret, 'type') }), withNamespace: true },
  strategy: strategyOf(
    {},
    {
      setDefaults: (object) => {
        if (!object['type']) object['type'] = 'Opaque'
        mergeStringData(object)
      },
      prepareForUpdate: (object, old) => {
        if (!object['type']) object['type'] = old['type']
      },
      validate: validateSecret,
      validateUpdate: validateSecretUpdate,
      warnings: secretWarnings,
    },
  ),
})
