// Cluster trust bundles. Upstream: pkg/registry/certificates/clustertrustbundle.
import { textAt } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import { textOr } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const clustertrustbundles = defineResource('certificates.k8s.io', 'ClusterTrustBundle', {
  cells: { SignerName: (bundle) => textOr(bundle, '<none>', 'spec', 'signerName') },
  selectableFields: {
    names: ['spec.signerName'],
    of: (bundle) => ({ 'spec.signerName': textAt(bundle, 'spec', 'signerName') }),
    withNamespace: false,
  },
  strategy: strategyOf({ conditionalUpdate: true, name: pathSegment }),
})
