// NamespaceLifecycle: nothing is created in a namespace that is not there or is ending, and the system's own stay.
// Upstream: k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle.
import { forbidden, notFound } from '../../apimachinery/status-error.ts'
import { type AdmissionPlugin, refused } from './admission.ts'

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])

/** Reviews of access say nothing of a namespace's being. */
const ACCESS_REVIEWS = new Set(['localsubjectaccessreviews'])

const NAMESPACES = { group: '', resource: 'namespaces' }

/** What the plug-in asks of the cluster: whether a namespace is there, and whether it is ending. */
export type NamespaceState = (name: string) => 'missing' | 'active' | 'terminating'

export const namespaceLifecycle = (stateOf: NamespaceState): AdmissionPlugin => ({
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  admit: (attributes) => {
    const { operation, resource, namespace, name } = attributes
    const isNamespace = resource.group === '' && resource.resource === 'namespaces'
    if (operation === 'DELETE' && isNamespace && IMMORTAL.has(name)) throw forbidden(NAMESPACES, name, 'this namespace may not be deleted')
    if (namespace === '' || isNamespace || operation === 'DELETE' || ACCESS_REVIEWS.has(resource.resource)) return
    const state = stateOf(namespace)
    if (state === 'missing') throw notFound(NAMESPACES, namespace)
    if (operation !== 'CREATE' || state === 'active') return
    const error = refused(attributes, `unable to create new content in namespace ${namespace} because it is being terminated`)
    const message = `namespace ${namespace} is being terminated`
    error.status.details = { ...error.status.details, causes: [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }] }
    throw error
  },
})
