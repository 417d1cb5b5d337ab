// Network policies. Upstream: pkg/registry/networking/networkpolicy.
import { at } from '../../../apimachinery/kube-object.ts'
import { formatSelector } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const networkpolicies = defineResource('networking.k8s.io', 'NetworkPolicy', {
  cells: { 'Pod-Selector': (policy) => formatSelector(at(policy, 'spec', 'podSelector')) },
  strategy: strategyOf({ generation: ['spec'] }),
})
