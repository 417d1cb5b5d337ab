// Where service addresses come from and who has them. Upstream: pkg/registry/networking/ipaddress, servicecidr.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import { since } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

/** `services/default/kubernetes`. */
const parent = (address: Frozen<KubeObject>): string => {
  const reference = at(address, 'spec', 'parentRef')
  if (!reference) return '<none>'
  const group = textAt(reference, 'group')
  const resource = `${textAt(reference, 'resource')}${group === '' ? '' : `.${group}`}`.toLowerCase()
  const namespace = textAt(reference, 'namespace')
  return [resource, ...(namespace === '' ? [] : [namespace]), textAt(reference, 'name')].join('/')
}

export const ipaddresses = defineResource('networking.k8s.io', 'IPAddress', {
  cells: { ParentRef: parent },
  // Upstream sends the age and no column for it.
  unnamedCells: [(address) => since(address.metadata.creationTimestamp)],
  strategy: strategyOf({ name: pathSegment }),
})

export const servicecidrs = defineResource('networking.k8s.io', 'ServiceCIDR', {
  cells: { CIDRs: (range) => listAt(range, 'spec', 'cidrs').join(',') },
  strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus }),
})
