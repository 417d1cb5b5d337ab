// Controller revisions: what a stateful or daemon set looked like at a time. Upstream: pkg/registry/apps/controllerrevision.
import type { Frozen, KubeObject, OwnerReference } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

/** `statefulset.apps/web`. */
const ownerText = ({ apiVersion, kind, name }: Frozen<OwnerReference>): string => {
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : ''
  return kind === '' && group === '' ? name : `${`${kind}${group}`.toLowerCase()}/${name}`
}

const controller = (revision: Frozen<KubeObject>): string => {
  const owner = revision.metadata.ownerReferences?.find((reference) => reference.controller === true)
  return owner ? ownerText(owner) : '<none>'
}

export const controllerrevisions = defineResource('apps', 'ControllerRevision', {
  cells: { Controller: controller, Revision: (revision) => (revision['revision'] as number | undefined) ?? 0 },
  strategy: strategyOf({}),
})
