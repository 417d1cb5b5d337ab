// Access to devices that others have too: only in namespaces that are labelled for it. Upstream: pkg/registry/resource/utils.go.
import { forbiddenField } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import type { KindServices } from '../kind-services.ts'
import type { Errors } from '../validation/checks.ts'

const LABEL = 'resource.kubernetes.io/admin-access'
const RESULTS = ['status', 'allocation', 'devices', 'results']

const refusal = ({ objects }: KindServices, object: KubeObject, path: string): Errors => {
  const namespace = objects.get('', 'namespaces', '', object.metadata.namespace ?? '')
  if (namespace?.metadata.labels?.[LABEL] === 'true') return []
  return [forbiddenField(path, `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`)]
}

/** Of a claim, or of a template whose claim is at `path`; errors name the claim's own path in both. */
export const checkAdminRequests = (services: KindServices, object: KubeObject, ...path: string[]): Errors => {
  const index = listAt(object, ...path, 'devices', 'requests').findIndex((request) => at(request, 'exactly', 'adminAccess') === true)
  return index < 0 ? [] : refusal(services, object, `spec.devices.requests[${index}].adminAccess`)
}

const granted = (claim: Frozen<KubeObject>): number => listAt(claim, ...RESULTS).findIndex((result) => at(result, 'adminAccess') === true)

export const checkAdminResults = (services: KindServices, claim: KubeObject, old: Frozen<KubeObject>): Errors => {
  const index = granted(claim)
  return index < 0 || granted(old) >= 0 ? [] : refusal(services, claim, `status.allocation.devices.results[${index}].adminAccess`)
}
