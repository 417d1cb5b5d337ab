// Where an object belongs: its own namespace against the request's.
// Upstream: EnsureObjectNamespaceMatchesRequestNamespace in k8s.io/apiserver/pkg/registry/rest/meta.go.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { badRequest } from '../../apimachinery/status-error.ts'
import type { WriteContext } from './resource-definition.ts'
import type { ResourceStore } from './resource-store.ts'

/** Fits an object's namespace to the request's, or refuses. */
export const ensureNamespace = (object: KubeObject, expected: string): void => {
  const own = object.metadata.namespace ?? ''
  if (own === expected) return
  if (own !== '' && expected !== '')
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (expected === '') delete object.metadata.namespace
  else object.metadata.namespace = expected
}

/** Where objects of a kind belong in a request. */
export const expectedNamespace = (target: ResourceStore, context: WriteContext): string =>
  target.definition.scope === 'Namespaced' ? context.namespace : ''
