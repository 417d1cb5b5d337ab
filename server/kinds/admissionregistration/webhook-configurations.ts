// Admission webhooks. Upstream: pkg/registry/admissionregistration/mutatingwebhookconfiguration, validatingwebhookconfiguration.
import { listAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { validateWebhooks } from './webhook-validation.ts'

export const webhookConfigurations = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) =>
  defineResource('admissionregistration.k8s.io', kind, {
    cells: { Webhooks: (configuration) => listAt(configuration, 'webhooks').length },
    strategy: strategyOf(
      { generation: ['webhooks'], conditionalUpdate: true, name: false },
      { validate: (configuration) => validateWebhooks(configuration), validateUpdate: validateWebhooks },
    ),
  }),
)
