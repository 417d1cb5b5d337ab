// Custom resource definitions. Upstream: apiextensions-apiserver/pkg/registry/customresourcedefinition.
import { defineResource } from '../define-resource.ts'
import { notYet } from '../not-yet.ts'
import { strategyOf } from '../strategies.ts'

export const customresourcedefinitions = defineResource('apiextensions.k8s.io', 'CustomResourceDefinition', {
  strategy: { ...strategyOf({}), refuseCreate: notYet('custom resources') },
})
