// Pod certificate requests. Upstream: pkg/registry/certificates/podcertificaterequest, printPodCertificateRequest.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { formatLabels } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

const ENDS = ['Issued', 'Denied', 'Failed']
const FIELDS = ['spec.signerName', 'spec.podName', 'spec.nodeName']

/** The conditions exclude one another; the last would win. */
const state = (request: Frozen<KubeObject>): string =>
  listAt(request, 'status', 'conditions')
    .map((condition) => textAt(condition, 'type'))
    .findLast((type) => ENDS.includes(type)) ?? 'Pending'

export const podcertificaterequests = defineResource('certificates.k8s.io', 'PodCertificateRequest', {
  cells: {
    PodName: (request) => textAt(request, 'spec', 'podName'),
    ServiceAccountName: (request) => textAt(request, 'spec', 'serviceAccountName'),
    NodeName: (request) => textAt(request, 'spec', 'nodeName'),
    SignerName: (request) => textAt(request, 'spec', 'signerName'),
    State: state,
    UnverifiedUserAnnotations: (request) => formatLabels(at(request, 'spec', 'unverifiedUserAnnotations')),
  },
  selectableFields: {
    names: FIELDS,
    of: (request) => Object.fromEntries(FIELDS.map((field) => [field, textAt(request, ...field.split('.'))])),
    withNamespace: false,
  },
  strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus, conditionalUpdate: true }),
})
