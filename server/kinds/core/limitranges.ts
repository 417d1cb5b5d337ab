// Limit ranges; one without a name gets a uid for one. Upstream: pkg/registry/core/limitrange.
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const limitranges = defineResource('', 'LimitRange', {
  strategy: strategyOf(
    { createOnUpdate: true },
    {
      prepareForCreate: (object, context) => {
        object.metadata.name ||= context.newUuid()
      },
    },
  ),
})
