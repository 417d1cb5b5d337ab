// Which requests quotas look at, by resource. Upstream: Handles of pkg/quota/v1/evaluator/core, k8s.io/apiserver/pkg/quota/v1/generic.
import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import { isTerminating } from '../../quota/pod-usage.ts'
import type { AdmissionAttributes } from './admission.ts'

type Handles = (attributes: AdmissionAttributes) => boolean

const isWrite: Handles = ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')

const isCreation: Handles = ({ operation, subresource }) => subresource === '' && operation === 'CREATE'

const changesPod: Handles = ({ operation, subresource, object, old }) => {
  if (subresource === 'resize') return operation === 'UPDATE'
  if (subresource !== '') return false
  if (operation !== 'UPDATE') return operation === 'CREATE'
  return isTerminating(object as unknown as Frozen<KubeObject>) !== isTerminating(old as Frozen<KubeObject>)
}

const byResource: ReadonlyMap<string, Handles> = new Map([
  ['pods', changesPod],
  ['services', isWrite],
  // Upstream compares pointers to see whether a status changed what is allocated: any status update counts anew.
  ['persistentvolumeclaims', (attributes) => isWrite(attributes) || attributes.subresource === 'status'],
  ['resourceclaims.resource.k8s.io', isWrite],
])

/** Whether quotas look at a request for a resource (`deployments.apps`). */
export const quotasLookAt = (resource: string, attributes: AdmissionAttributes): boolean =>
  (byResource.get(resource) ?? isCreation)(attributes)
