// Classes of devices, taints on them, questions about their pools. Upstream: pkg/registry/resource/deviceclass, devicetaintrule,
// resourcepoolstatusrequest.
import { textAt } from '../../../apimachinery/kube-object.ts'
import { since } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import { poolStatusCells } from './pool-status-cells.ts'

const GROUP = 'resource.k8s.io'

export const devices = [
  defineResource(GROUP, 'DeviceClass', { strategy: strategyOf({ generation: ['spec'], returnsDeletedObject: true }) }),
  defineResource(GROUP, 'DeviceTaintRule', {
    cells: {
      Key: (rule) => textAt(rule, 'spec', 'taint', 'key'),
      Value: (rule) => textAt(rule, 'spec', 'taint', 'value'),
      Effect: (rule) => textAt(rule, 'spec', 'taint', 'effect'),
      TimeAdded: (rule) => {
        const time = textAt(rule, 'spec', 'taint', 'timeAdded')
        return time === '' ? '' : since(time)
      },
    },
    strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus, generation: ['spec'], returnsDeletedObject: true }),
  }),
  defineResource(GROUP, 'ResourcePoolStatusRequest', {
    cells: poolStatusCells,
    strategy: strategyOf({ conditionalUpdate: true, returnsDeletedObject: true }),
  }),
]
