// Resource slices: the devices that a driver has. Upstream: pkg/registry/resource/resourceslice.
import { formatTime } from '../../../apimachinery/clock.ts'
import { isMap, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { validateSlice, validateSliceUpdate } from './slice-rules.ts'

/** Upstream names the kind in full: `resource.k8s.io/v1, Kind=ResourceSlice`. */
const refusal = (label: string, apiVersion: string): string => `field label not supported for ${apiVersion}, Kind=ResourceSlice: ${label}`

/** Lists as attributes are behind a gate that is off. */
const LISTS = ['ints', 'bools', 'strings', 'versions']

/** Takes out what is behind gates that are off; taints are added now where nothing else is said. */
const prepareSlice = (slice: KubeObject, context: WriteContext): void => {
  for (const device of listAt(slice, 'spec', 'devices') as ValueMap[]) {
    delete device['nodeAllocatableResourceMappings']
    for (const attribute of Object.values((device['attributes'] ?? {}) as ValueMap))
      if (isMap(attribute)) for (const list of LISTS) delete attribute[list]
    for (const taint of listAt(device, 'taints') as ValueMap[]) taint['timeAdded'] ??= formatTime(context.clock.now())
  }
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
  strategy: strategyOf(
    { generation: ['spec'], returnsDeletedObject: true },
    {
      prepareForCreate: prepareSlice,
      prepareForUpdate: (slice, _, context) => prepareSlice(slice, context),
      validate: validateSlice,
      validateUpdate: validateSliceUpdate,
    },
  ),
})
