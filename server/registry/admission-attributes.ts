// What admission is told of a write: the same for creates, updates and deletes, and for what subresources do.
import { type AdmissionAttributes, AdmissionChain } from '../admission/admission.ts'
import type { WriteContext } from './resource-definition.ts'
import type { ResourceStore } from './resource-store.ts'
import type { WriteServices } from './write-path.ts'

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

/** What is posted to a subresource is admitted as an object of its own. */
export const admitAction = async (
  target: ResourceStore,
  context: WriteContext,
  action: Pick<AdmissionAttributes, 'resource' | 'subresource' | 'kind' | 'name' | 'object'>,
  { admission }: WriteServices,
): Promise<void> => {
  const attributes = { ...admissionAttributes(target, context, { operation: 'CREATE', old: undefined, ...action }), ...action }
  await admission.admit(attributes)
  await admission.validate(attributes)
}

type AdmittedConnection = Pick<AdmissionAttributes, 'resource' | 'subresource' | 'kind' | 'name' | 'object'>

/** A connection is admitted by its options. */
export const admitConnection = async (
  { namespace, user, dryRun, warn }: WriteContext,
  connection: AdmittedConnection,
  { admission }: WriteServices,
): Promise<void> => {
  const attributes: AdmissionAttributes = { operation: 'CONNECT', old: undefined, namespace, user, dryRun, warn, ...connection }
  await admission.admit(attributes)
  await admission.validate(attributes)
}

const NOBODY_ASKED = new AdmissionChain([])

/** For the changes that follow from an action that was admitted. */
export const afterAdmission = (services: WriteServices): WriteServices => ({ ...services, admission: NOBODY_ASKED })
