// API services. Upstream: kube-aggregator/pkg/registry/apiservice.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { notYet } from '../strategies.ts'

const service = (api: Frozen<KubeObject>): string => {
  const reference = at(api, 'spec', 'service')
  return reference ? `${textAt(reference, 'namespace')}/${textAt(reference, 'name')}` : 'Local'
}

const available = (api: Frozen<KubeObject>): string => {
  const condition = listAt(api, 'status', 'conditions').find((entry) => textAt(entry, 'type') === 'Available')
  if (!condition) return 'Unknown'
  const status = textAt(condition, 'status')
  const reason = textAt(condition, 'reason')
  return status === 'True' || reason === '' ? status : `${status} (${reason})`
}

export const apiservices = defineResource('apiregistration.k8s.io', 'APIService', {
  cells: { Service: service, Available: available },
  strategy: notYet('aggregated API servers'),
})
