// NamespaceExists and NamespaceAutoProvision: what is written into a namespace that is not there is refused, or makes it. Off by default.
// Upstream: plugin/pkg/admission/namespace.
import { notFound, StatusError } from '../../apimachinery/status-error.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'

const isNamespace = ({ kind }: AdmissionAttributes): boolean => kind.group === '' && kind.kind === 'Namespace'

export const namespaceExists = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const namespaces = prepared('', 'namespaces', () => true)
  return {
    name: 'NamespaceExists',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    validate: (attributes) => {
      const { namespace } = attributes
      if (namespace === '' || isNamespace(attributes) || namespaces.get('', namespace)) return
      throw notFound({ group: '', resource: 'namespaces' }, namespace)
    },
  }
}

export const namespaceAutoProvision = ({ prepared, createNamespace }: AdmissionParts): AdmissionPlugin => {
  const namespaces = prepared('', 'namespaces', () => true)
  return {
    name: 'NamespaceAutoProvision',
    operations: ['CREATE'],
    admit: async (attributes) => {
      const { namespace, dryRun } = attributes
      if (dryRun || namespace === '' || isNamespace(attributes) || namespaces.get('', namespace)) return
      try {
        await createNamespace(namespace)
      } catch (error) {
        if (!(error instanceof StatusError)) throw error
        if (error.reason === 'AlreadyExists') return
        throw error.reason === 'Forbidden' ? error : refused(attributes, error.message)
      }
    },
  }
}
