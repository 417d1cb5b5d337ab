// Plug-ins that the run against the real server does not reach: those off by default, and those that ask for leave.
import { test } from 'tap'
import { type Asked, admitted, attributesOf, testParts } from './admission.test-parts.ts'
import type { AdmissionPlugin } from './admission.ts'
import { alwaysDeny } from './always.ts'
import { alwaysPullImages } from './always-pull-images.ts'
import { certificateApproval, certificateSigning, certificateSubjectRestriction, clusterTrustBundleAttest } from './certificates.ts'
import { namespaceAutoProvision, namespaceExists } from './namespace-presence.ts'
import { ownerReferencesPermissionEnforcement } from './ownership-changes.ts'
import { extendedResourceToleration, limitPodHardAntiAffinityTopology, podNodeSelector, podTolerationRestriction } from './pod-placement.ts'
import { serviceAccount } from './service-account.ts'
import { denyServiceExternalIps } from './service-external-ips.ts'

const scheduler = 'scheduler.alpha.kubernetes.io'
const annotations = {
  [`${scheduler}/node-selector`]: 'zone=a',
  [`${scheduler}/defaultTolerations`]: '[{"key":"a","operator":"Exists"}]',
  [`${scheduler}/tolerationsWhitelist`]: '[{"key":"a","operator":"Exists"}]',
}
const parts = testParts({
  namespaces: [{ metadata: { name: 'n', annotations } }],
  serviceaccounts: [{ metadata: { name: 'default', namespace: 'n' } }],
})
const pod = (spec: object = {}): { object: object } => ({
  object: { metadata: { name: 'x' }, spec: { containers: [{ name: 'c' }], ...spec } },
})
const service = { resource: { group: '', version: 'v1', resource: 'services' } }
const request = (parts: Asked): Asked => ({
  resource: { group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests' },
  ...parts,
})
const owned = (blockOwnerDeletion: boolean, kind = 'Thing'): { metadata: object } => ({
  metadata: { name: 'x', ownerReferences: [{ apiVersion: 'v1', kind, name: 'o', uid: '1', blockOwnerDeletion }] },
})
const signer = { spec: { signerName: 'example.com/s' }, status: {} }
const masters = { user: { name: 'admin', groups: ['system:masters'] } }
const noLeave = 'user not permitted to'
const csr = '403 certificatesigningrequests.certificates.k8s.io "x" is forbidden:'

const cases: readonly [claim: string, plugin: AdmissionPlugin, asked: Asked, answer: string][] = [
  ['AlwaysDeny denies', alwaysDeny(), pod(), '403 pods "x" is forbidden: admission control is denying all modifications'],
  ['NamespaceExists lets in where one is', namespaceExists(parts), pod(), 'admitted'],
  ['NamespaceExists refuses where none is', namespaceExists(parts), { ...pod(), namespace: 'm' }, '404 namespaces "m" not found'],
  [
    'approving needs leave',
    certificateApproval(parts),
    request({ operation: 'UPDATE', subresource: 'approval', old: signer, object: signer }),
    `${csr} ${noLeave} approve requests with signerName "example.com/s"`,
  ],
  [
    'who has it may approve',
    certificateApproval(parts),
    request({ operation: 'UPDATE', subresource: 'approval', old: signer, object: signer, ...masters }),
    'admitted',
  ],
  [
    'signing needs leave',
    certificateSigning(parts),
    request({ operation: 'UPDATE', subresource: 'status', old: signer, object: { ...signer, status: { certificate: 'c' } } }),
    `${csr} ${noLeave} sign requests with signerName "example.com/s"`,
  ],
  [
    'a status that signs nothing does not',
    certificateSigning(parts),
    request({ operation: 'UPDATE', subresource: 'status', old: signer, object: signer }),
    'admitted',
  ],
  [
    'attesting needs leave',
    clusterTrustBundleAttest(parts),
    {
      resource: { group: 'certificates.k8s.io', version: 'v1beta1', resource: 'clustertrustbundles' },
      object: { metadata: {}, ...signer },
    },
    `403 clustertrustbundles.certificates.k8s.io "x" is forbidden: ${noLeave} attest for signerName "example.com/s"`,
  ],
  [
    'nobody asks to be of system:masters',
    certificateSubjectRestriction(parts),
    request({ object: { metadata: {}, spec: { signerName: 'kubernetes.io/kube-apiserver-client', request: '' } } }),
    `${csr} use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed`,
  ],
  [
    'owners need leave to delete what they own',
    ownerReferencesPermissionEnforcement(parts),
    { operation: 'UPDATE', old: { metadata: {} }, object: owned(false) },
    `403 pods "x" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`,
  ],
  ['but not on what is new', ownerReferencesPermissionEnforcement(parts), { object: owned(false) }, 'admitted'],
  [
    'holding an owner back needs leave on it',
    ownerReferencesPermissionEnforcement(parts),
    { object: owned(true) },
    `403 pods "x" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`,
  ],
  [
    'and an owner of a kind there is',
    ownerReferencesPermissionEnforcement(parts),
    { object: owned(true, 'Lost') },
    '403 pods "x" is forbidden: cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion v1 Kind Lost: no matches for kind "Lost" in version "v1"',
  ],
  [
    'what was held back before may stay',
    ownerReferencesPermissionEnforcement(parts),
    { operation: 'UPDATE', old: owned(true), object: owned(true) },
    'admitted',
  ],
  [
    'external addresses are denied',
    denyServiceExternalIps(),
    { ...service, object: { metadata: {}, spec: { externalIPs: ['1.2.3.4'] } } },
    '403 services "x" is forbidden: Use of external IPs is denied by admission control',
  ],
  [
    'those that are there may stay',
    denyServiceExternalIps(),
    {
      ...service,
      operation: 'UPDATE',
      old: { spec: { externalIPs: ['1.2.3.4'] } },
      object: { metadata: {}, spec: { externalIPs: ['1.2.3.4'] } },
    },
    'admitted',
  ],
  [
    'anti-affinity is of hosts only',
    limitPodHardAntiAffinityTopology(),
    pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] } } }),
    '403 pods "x" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
  ],
  [
    'a pod cannot leave its namespace’s nodes',
    podNodeSelector(parts),
    pod({ nodeSelector: { zone: 'b' } }),
    '403 pods "x" is forbidden: pod node label selector conflicts with its namespace node label selector',
  ],
  [
    'tolerations are those allowed',
    podTolerationRestriction(parts),
    pod({ tolerations: [{ key: 'b', operator: 'Exists' }] }),
    '500 pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist',
  ],
  [
    'an account other than the default one is not waited for',
    serviceAccount(parts),
    pod({ serviceAccountName: 'other' }),
    '403 pods "x" is forbidden: error looking up service account n/other: serviceaccount "other" not found',
  ],
]

for (const [claim, plugin, asked, answer] of cases) {
  test(claim, async (t) => {
    t.equal(await admitted(plugin, attributesOf(asked)), answer)
  })
}

const changes: readonly [claim: string, plugin: AdmissionPlugin, spec: object, wanted: object][] = [
  ['images are always pulled', alwaysPullImages(), {}, { containers: [{ imagePullPolicy: 'Always' }] }],
  ['a namespace places its pods', podNodeSelector(parts), { nodeSelector: { disk: 'ssd' } }, { nodeSelector: { zone: 'a', disk: 'ssd' } }],
  ['a namespace has tolerations of its own', podTolerationRestriction(parts), {}, { tolerations: [{ key: 'a', operator: 'Exists' }] }],
  [
    'who asks for a device tolerates its nodes',
    extendedResourceToleration(),
    { containers: [{ name: 'c', resources: { requests: { 'example.com/gpu': '1', cpu: '1' } } }] },
    { tolerations: [{ key: 'example.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] },
  ],
  [
    'a token is mounted',
    serviceAccount(parts),
    {},
    { serviceAccountName: 'default', serviceAccount: 'default', volumes: [{ name: 'kube-api-access-bbbbb' }] },
  ],
]

for (const [claim, plugin, spec, wanted] of changes) {
  test(claim, async (t) => {
    const attributes = attributesOf(pod(spec))
    t.equal(await admitted(plugin, attributes), 'admitted')
    t.match(attributes.object?.['spec'], wanted)
  })
}

test('NamespaceAutoProvision makes a namespace that is not there, but not in a dry run', async (t) => {
  const made: string[] = []
  const plugin = namespaceAutoProvision(
    testParts({ namespaces: [{ metadata: { name: 'n' } }] }, { createNamespace: async (name) => void made.push(name) }),
  )
  for (const [namespace, dryRun] of [
    ['n', false],
    ['m', true],
    ['m', false],
  ] as const)
    await admitted(plugin, attributesOf({ ...pod(), namespace, dryRun }))
  t.same(made, ['m'])
})
