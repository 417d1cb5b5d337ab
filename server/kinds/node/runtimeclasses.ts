// Runtime classes. Upstream: pkg/registry/node/runtimeclass.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { validateMetadata } from '../../registry/metadata-validation.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, immutable, requiredName } from '../validation/checks.ts'
import { internalText } from '../validation/internal-text.ts'
import { checkLabels, type Labels } from '../validation/label-selectors.ts'
import { nodeLabelWarning } from '../validation/node-labels.ts'
import type { Toleration } from '../validation/pod-types.ts'
import { checkAmount, checkLimitName } from '../validation/quota-resources.ts'
import { strict } from '../validation/tolerances.ts'
import { checkTolerations } from '../validation/tolerations.ts'

/** Two tolerations are one where they differ in nothing but their time. */
const checkUnique = (tolerations: readonly Toleration[], path: string, errors: Errors): void => {
  const seen = new Set<string>()
  tolerations.forEach((toleration, index) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration
    const identity = JSON.stringify([key, operator, value, effect])
    if (seen.has(identity)) {
      const shown = internalText('core.Toleration', toleration)
      errors.push({ type: 'FieldValueDuplicate', field: `${path}[${index}]`, value: shown, detail: '' })
    }
    seen.add(identity)
  })
}

const validate = (runtime: KubeObject): Errors => {
  const errors: Errors = []
  requiredName(textAt(runtime, 'handler'), dns1123Label, 'handler', errors)
  const overhead = at(runtime, 'overhead', 'podFixed') as Labels | undefined
  for (const name in overhead) {
    checkLimitName('Container', name, `overhead.limits[${name}]`, errors)
    checkAmount(name, overhead[name] as string, `overhead.limits[${name}]`, errors)
  }
  checkLabels(at(runtime, 'scheduling', 'nodeSelector') as Labels | undefined, 'scheduling.nodeSelector', errors)
  const tolerations = listAt(runtime, 'scheduling', 'tolerations') as Toleration[]
  checkTolerations(tolerations, 'scheduling.tolerations', errors, strict)
  checkUnique(tolerations, 'scheduling.tolerations', errors)
  return errors
}

const validateUpdate = (runtime: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = [...validateMetadata(runtime.metadata, false, dns1123Subdomain), ...validate(runtime)]
  immutable(runtime['handler'] === old['handler'], runtime['handler'], 'handler', errors)
  return errors
}

const warnings = (runtime: KubeObject): string[] =>
  Object.keys((at(runtime, 'scheduling', 'nodeSelector') ?? {}) as Labels).flatMap((key) => {
    const warning = nodeLabelWarning(key)
    return warning === undefined ? [] : [`scheduling.nodeSelector: ${warning}`]
  })

export const runtimeclasses = defineResource('node.k8s.io', 'RuntimeClass', {
  cells: { Handler: (runtime) => textAt(runtime, 'handler') },
  strategy: strategyOf({ createOnUpdate: true, conditionalUpdate: true }, { anyFinalizer: true, validate, validateUpdate, warnings }),
})
