// DenyServiceExternalIPs: services get no external addresses beyond those they have. Off by default.
// Upstream: plugin/pkg/admission/network/denyserviceexternalips.
import { listAt } from '../../apimachinery/kube-object.ts'
import { type AdmissionPlugin, refused } from './admission.ts'

export const denyServiceExternalIps = (): AdmissionPlugin => ({
  name: 'DenyServiceExternalIPs',
  operations: ['CREATE', 'UPDATE'],
  resources: ['services'],
  subresources: [''],
  validate: (attributes) => {
    const before = listAt(attributes.old, 'spec', 'externalIPs')
    if (listAt(attributes.object, 'spec', 'externalIPs').every((address) => before.includes(address))) return
    throw refused(attributes, 'Use of external IPs is denied by admission control')
  },
})
