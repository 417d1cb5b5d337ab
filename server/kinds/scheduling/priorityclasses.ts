// Priority classes. Upstream: pkg/registry/scheduling/priorityclass.
import { forbiddenField, notSupported, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, textAt } from '../../../apimachinery/kube-object.ts'
import { integerAt } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, immutable } from '../validation/checks.ts'

const RESERVED = 'system-'
const HIGHEST = 1_000_000_000
const system: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 }
const POLICIES = ['PreemptLowerPriority', 'Never']

const priorityOf = (priority: Frozen<KubeObject>): number => (priority['value'] as number | undefined) ?? 0

/** Why a class may not have its reserved name. */
const systemProblem = (name: string, priority: KubeObject): string | undefined => {
  if (!Object.hasOwn(system, name)) return `${name} is not a known system priority class`
  if (system[name] !== priorityOf(priority)) return `value of ${name} PriorityClass must be ${system[name]}`
  return priority['globalDefault'] === true ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

const validate = (priority: KubeObject): Errors => {
  const errors: Errors = []
  const name = priority.metadata.name ?? ''
  if (name.startsWith(RESERVED)) {
    const problem = systemProblem(name, priority)
    const detail = `priority class names with '${RESERVED}' prefix are reserved for system use only. error: ${problem}`
    if (problem !== undefined) errors.push(forbiddenField('metadata.name', detail))
  } else if (priorityOf(priority) > HIGHEST)
    errors.push(forbiddenField('value', `maximum allowed value of a user defined priority is ${HIGHEST}`))
  const policy = priority['preemptionPolicy']
  if (policy === '') errors.push(required('preemptionPolicy', ''))
  else if (typeof policy === 'string' && !POLICIES.includes(policy)) errors.push(notSupported('preemptionPolicy', policy, POLICIES))
  return errors
}

const validateUpdate = (priority: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  if (priorityOf(priority) !== priorityOf(old)) errors.push(forbiddenField('value', 'may not be changed in an update.'))
  immutable(priority['preemptionPolicy'] === old['preemptionPolicy'], priority['preemptionPolicy'], 'preemptionPolicy', errors)
  return errors
}

export const priorityclasses = defineResource('scheduling.k8s.io', 'PriorityClass', {
  cells: {
    Value: (priority) => integerAt(priority, 'value'),
    'Global-Default': (priority) => at(priority, 'globalDefault') === true,
    PreemptionPolicy: (priority) => textAt(priority, 'preemptionPolicy'),
  },
  strategy: strategyOf({ generation: [] }, { validate, validateUpdate }),
})
