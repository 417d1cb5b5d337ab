// Classes of devices, taints on them, questions about their pools. Upstream: pkg/registry/resource/deviceclass, devicetaintrule,
// resourcepoolstatusrequest.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { declaredLongName } from '../../../apimachinery/names.ts'
import type { Strategy } from '../../registry/resource-definition.ts'
import { since } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import type { Errors } from '../validation/checks.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { isExtended } from '../validation/resource-names.ts'
import { type Configuration, checkConfiguration, checkSelectors, eachAtMost, MAX_CONFIGURATIONS, type Selector } from './device-requests.ts'
import { poolStatusCells } from './pool-status-cells.ts'

const GROUP = 'resource.k8s.io'

const checkClass = (deviceClass: KubeObject): Errors =>
  collected((errors) => {
    checkSelectors(listAt(deviceClass, 'spec', 'selectors') as Selector[], 'spec.selectors', errors)
    eachAtMost(listAt(deviceClass, 'spec', 'config') as Configuration[], MAX_CONFIGURATIONS, 'spec.config', errors, checkConfiguration)
    const name = at(deviceClass, 'spec', 'extendedResourceName')
    if (typeof name === 'string' && !isExtended(name))
      errors.push(invalidValue('spec.extendedResourceName', name, 'must be a valid extended resource name'))
  })

const classRules: Strategy = {
  validateName: declaredLongName,
  validate: checkClass,
  validateUpdate: (deviceClass) => [...metadataErrors(deviceClass, false, declaredLongName), ...checkClass(deviceClass)],
}

export const devices = [
  defineResource(GROUP, 'DeviceClass', { strategy: strategyOf({ generation: ['spec'], returnsDeletedObject: true }, classRules) }),
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
