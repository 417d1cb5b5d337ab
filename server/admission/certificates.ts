// The plug-ins of certificates: who may approve and sign for a signer, attest for one, and which subjects nobody may ask for.
// Upstream: plugin/pkg/admission/certificates.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, textAt, type Value } from '../../apimachinery/kube-object.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { changesOnlyOwnership } from './ownership-changes.ts'

const REQUESTS = ['certificatesigningrequests.certificates.k8s.io']
const API_CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
const PRIVILEGED_GROUP = 'system:masters'

/** Leave is given for one signer, or for all of its domain. */
const mayFor = async ({ authorize }: AdmissionParts, { user }: AdmissionAttributes, verb: string, signer: string): Promise<boolean> => {
  const question = { verb, group: 'certificates.k8s.io', version: '*', resource: 'signers', subresource: '', namespace: '' }
  for (const name of [signer, `${signer.split('/')[0]}/*`]) if ((await authorize(user, { ...question, name })).allowed) return true
  return false
}

export const certificateApproval = (parts: AdmissionParts): AdmissionPlugin => ({
  name: 'CertificateApproval',
  operations: ['UPDATE'],
  resources: REQUESTS,
  subresources: ['approval'],
  validate: async (attributes) => {
    const signer = textAt(attributes.old, 'spec', 'signerName')
    if (await mayFor(parts, attributes, 'approve', signer)) return
    throw refused(attributes, `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`)
  },
})

const same = (attributes: AdmissionAttributes, member: string): boolean =>
  equalValues(at(attributes.object, 'status', member) as Value | undefined, at(attributes.old, 'status', member) as Value | undefined)

export const certificateSigning = (parts: AdmissionParts): AdmissionPlugin => ({
  name: 'CertificateSigning',
  operations: ['UPDATE'],
  resources: REQUESTS,
  subresources: ['status'],
  validate: async (attributes) => {
    if (same(attributes, 'certificate') && same(attributes, 'conditions')) return
    const signer = textAt(attributes.old, 'spec', 'signerName')
    if (await mayFor(parts, attributes, 'sign', signer)) return
    throw refused(attributes, `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`)
  },
})

/** Who may write bundles in the name of a signer. */
export const clusterTrustBundleAttest = (parts: AdmissionParts): AdmissionPlugin => ({
  name: 'ClusterTrustBundleAttest',
  operations: ['CREATE', 'UPDATE'],
  resources: ['clustertrustbundles.certificates.k8s.io'],
  validate: async (attributes) => {
    const signer = textAt(attributes.object, 'spec', 'signerName')
    if (signer === '' || (attributes.operation === 'UPDATE' && changesOnlyOwnership(attributes))) return
    if (await mayFor(parts, attributes, 'attest', signer)) return
    throw refused(attributes, `user not permitted to attest for signerName ${JSON.stringify(signer)}`)
  },
})

export const certificateSubjectRestriction = ({ organizationsOf }: AdmissionParts): AdmissionPlugin => ({
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  resources: REQUESTS,
  subresources: [''],
  validate: async (attributes) => {
    if (textAt(attributes.object, 'spec', 'signerName') !== API_CLIENT_SIGNER) return
    const organizations = await organizationsOf(textAt(attributes.object, 'spec', 'request'))
    if ('error' in organizations) throw refused(attributes, `failed to parse CSR: ${organizations.error}`)
    if (organizations.includes(PRIVILEGED_GROUP))
      throw refused(attributes, `use of ${API_CLIENT_SIGNER} signer with ${PRIVILEGED_GROUP} group is not allowed`)
  },
})
