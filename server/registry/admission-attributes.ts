// What admission is told of a write: the same for creates, updates and deletes.
import type { AdmissionAttributes } from '../admission/admission.ts'
import type { WriteContext } from './resource-definition.ts'
import type { ResourceStore } from './resource-store.ts'

export const admissionAttributes = (
  target: ResourceStore,
  context: WriteContext,
  parts: Pick<AdmissionAttributes, 'operation' | 'subresource' | 'name' | 'object' | 'old'>,
): AdmissionAttributes => ({
  ...parts,
  resource: { group: target.definition.group, version: context.version, resource: target.definition.plural },
  kind: { group: target.definition.group, version: context.version, kind: target.definition.kind },
  namespace: context.namespace,
  user: context.user,
  dryRun: context.dryRun,
  warn: context.warn,
})
