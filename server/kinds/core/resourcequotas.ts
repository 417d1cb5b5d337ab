// Resource quotas: used over hard, limits apart from the rest. Upstream: pkg/registry/core/resourcequota, printResourceQuota.
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'

const amounts = (quota: Frozen<KubeObject>, wanted: (resource: string) => boolean): string =>
  Object.entries((at(quota, 'status', 'hard') ?? {}) as Record<string, string>)
    .filter(([resource]) => wanted(resource))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, hard]) => `${resource}: ${textIfSet(quota, '0', 'status', 'used', resource)}/${hard}`)
    .join(', ')

const isLimit = (resource: string): boolean => resource.startsWith('limits.')

export const resourcequotas = defineResource('', 'ResourceQuota', {
  cells: { Request: (quota) => amounts(quota, (resource) => !isLimit(resource)), Limit: (quota) => amounts(quota, isLimit) },
  strategy: strategyOf({ status: emptyStatus, returnsDeletedObject: true }),
})
