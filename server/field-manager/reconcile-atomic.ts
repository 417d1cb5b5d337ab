// Sets written when a field was granular, read now that it is atomic: who owned parts of it owns it as a whole.
// Upstream: structured-merge-diff typed/reconcile_schema.go.
import type { ValueMap } from '../../apimachinery/kube-object.ts'
import { type FieldSet, hasChildren, isEmptySet, LEAF } from './field-set.ts'
import type { Plan } from './ownership-plan.ts'

const childPlan = (plan: Plan, element: string): Plan | undefined => {
  if (plan.shape === 'struct') return plan.byElement.get(element)
  if (plan.shape === 'map') return plan.element
  return plan.shape === 'keyed' ? plan.element : undefined
}

/** The set itself when nothing below it is atomic. */
export const reconcileAtomic = (plan: Plan, set: FieldSet): FieldSet => {
  let result: ValueMap | undefined
  for (const element in set) {
    const below = set[element] as FieldSet
    if (element === '.' || isEmptySet(below)) continue
    const child = childPlan(plan, element)
    if (!child) continue
    const wanted = child.shape === 'leaf' ? atomic(child, below) : reconcileAtomic(child, below)
    if (wanted === below) continue
    result ??= { ...set }
    result[element] = wanted as ValueMap
  }
  return result ?? set
}

/** Paths below a scalar are nobody's business; only lists and maps turn atomic. */
const atomic = (plan: Plan & { shape: 'leaf' }, below: FieldSet): FieldSet => (plan.container && hasChildren(below) ? LEAF : below)
