// Resource slices: the devices that a driver has. Upstream: pkg/registry/resource/resourceslice.
import { type Frozen, type KubeObject, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, immutable } from '../validation/checks.ts'

/** Upstream names the kind in full: `resource.k8s.io/v1, Kind=ResourceSlice`. */
const refusal = (label: string, apiVersion: string): string => `field label not supported for ${apiVersion}, Kind=ResourceSlice: ${label}`

/** Whose devices they are, and where, stays as it is. */
const validateUpdate = (slice: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  for (const path of ['pool.name', 'driver', 'nodeName']) {
    const [now, before] = [slice, old].map((each) => textAt(each, 'spec', ...path.split('.')))
    immutable(now === before, now, `spec.${path}`, errors)
  }
  return errors
}

export const resourceslices = defineResource('resource.k8s.io', 'ResourceSlice', {
  cells: {
    Node: (slice) => textAt(slice, 'spec', 'nodeName'),
    Driver: (slice) => textAt(slice, 'spec', 'driver'),
    Pool: (slice) => textAt(slice, 'spec', 'pool', 'name'),
  },
  selectableFields: {
    names: ['spec.nodeName', 'spec.driver'],
    of: (slice) => ({ 'spec.nodeName': textAt(slice, 'spec', 'nodeName'), 'spec.driver': textAt(slice, 'spec', 'driver') }),
    withNamespace: false,
    refusal,
  },
  strategy: strategyOf({ generation: ['spec'], returnsDeletedObject: true }, { validateUpdate }),
})
