// Flow schemas: which requests share a priority level. Upstream: pkg/registry/flowcontrol/flowschema, printFlowSchema.
import { type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { integerAt, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import { validateFlowSchema, validateFlowStatus } from './flow-validation.ts'

/** Whether the priority level is missing: `?` until someone has looked. */
const missingLevel = (schema: Frozen<KubeObject>): string => {
  const dangling = listAt(schema, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Dangling')
  return dangling ? textAt(dangling, 'status') : '?'
}

export const flowschemas = defineResource('flowcontrol.apiserver.k8s.io', 'FlowSchema', {
  cells: {
    PriorityLevel: (schema) => textAt(schema, 'spec', 'priorityLevelConfiguration', 'name'),
    MatchingPrecedence: (schema) => integerAt(schema, 'spec', 'matchingPrecedence'),
    DistinguisherMethod: (schema) => textIfSet(schema, '<none>', 'spec', 'distinguisherMethod', 'type'),
    MissingPL: missingLevel,
  },
  // As requests are matched.
  rowOrder: (schema) => integerAt(schema, 'spec', 'matchingPrecedence'),
  strategy: strategyOf(
    { statusKeeps: USER_METADATA, status: emptyStatus, generation: ['spec'], name: false },
    { validate: validateFlowSchema, validateUpdate: validateFlowSchema },
  ),
  statusRules: { validateUpdate: validateFlowStatus },
})
