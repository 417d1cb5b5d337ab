// Runtime classes. Upstream: pkg/registry/node/runtimeclass.
import { invalidValue, notSupported } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../../../apimachinery/names.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, each, immutable, optionalName, requiredName } from '../validation/checks.ts'
import { checkLabels, type Labels } from '../validation/label-selectors.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { nodeLabelWarning } from '../validation/node-labels.ts'
import { checkAmount, checkLimitName } from '../validation/quota-resources.ts'

interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

const OPERATORS = ['Equal', 'Exists']
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

const checkToleration = ({ key = '', operator = '', value = '', effect = '' }: Toleration, path: string, errors: Errors): void => {
  optionalName(key, qualifiedName, `${path}.key`, errors)
  const own = `${path}.operator`
  if (key === '' && operator !== 'Exists')
    errors.push(invalidValue(own, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'))
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalidValue(own, value, "value must be empty when `operator` is 'Exists'"))
  } else if (operator !== '' && operator !== 'Equal') errors.push(notSupported(own, operator, OPERATORS))
  else {
    const messages = labelValue(value)
    if (messages.length > 0) errors.push(invalidValue(own, value, messages.join(';')))
  }
  if (effect !== '' && !EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS))
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
  each(listAt(runtime, 'scheduling', 'tolerations') as Toleration[], 'scheduling.tolerations', errors, checkToleration)
  return errors
}

const validateUpdate = (runtime: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = [...metadataErrors(runtime, false, dns1123Subdomain), ...validate(runtime)]
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
  strategy: strategyOf({ createOnUpdate: true, conditionalUpdate: true }, { validate, validateUpdate, warnings }),
})
