import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../apimachinery/field-error.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import type { WriteContext } from '../registry/resource-definition.ts'
import { webhookConfigurations } from './admissionregistration/webhook-configurations.ts'
import { horizontalpodautoscalers } from './autoscaling/horizontalpodautoscalers.ts'
import type { KindRecord } from './define-resource.ts'
import { flowschemas } from './flowcontrol/flowschemas.ts'
import { prioritylevelconfigurations } from './flowcontrol/prioritylevelconfigurations.ts'
import { runtimeclasses } from './node/runtimeclasses.ts'

const context = {} as WriteContext
const [webhooks] = webhookConfigurations as [KindRecord]
const object = (members: object): KubeObject => structuredClone({ metadata: { name: 'a', resourceVersion: '1' }, ...members })
const said = (errors: FieldError[] | undefined): string[] => (errors ?? []).map(fieldErrorMessage)

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const scaler = (spec: object): object => ({ spec: { maxReplicas: 3, scaleTargetRef: target, ...spec } })
const metric = (type: string, members: object): object => scaler({ metrics: [{ type, ...members }] })
const hook = { name: 'a.example.com', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: { url: 'https://a/b' } }
const hooks = (...members: object[]): object => ({ webhooks: members.map((member) => ({ ...hook, ...member })) })
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
const flow = (spec: object): object => ({ spec: { matchingPrecedence: 500, priorityLevelConfiguration: { name: 'x' }, ...spec } })
const level = (limited: object): object => ({ spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' }, ...limited } } })

const created: readonly [KindRecord, members: object, errors: string[]][] = [
  [horizontalpodautoscalers, scaler({}), []],
  [
    horizontalpodautoscalers,
    scaler({ minReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'web' } }),
    [
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
      'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    ],
  ],
  [
    horizontalpodautoscalers,
    metric('Resource', { resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }),
    [],
  ],
  [
    horizontalpodautoscalers,
    metric('Resource', { resource: { name: 'cpu', target: { type: 'X' } } }),
    [
      'spec.metrics[0].resource.target.type: Invalid value: "X": must be either Utilization, Value, or AverageValue',
      'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
    ],
  ],
  [
    horizontalpodautoscalers,
    metric('Pods', {}),
    ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
  ],
  [
    horizontalpodautoscalers,
    scaler({ behavior: { scaleUp: { stabilizationWindowSeconds: 3601 } } }),
    [
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
      'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
    ],
  ],
  [webhooks, hooks({ rules: [rule] }), []],
  [
    webhooks,
    hooks({ sideEffects: null, timeoutSeconds: 31, admissionReviewVersions: null }),
    [
      'webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun',
      'webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
      'webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1',
    ],
  ],
  [
    webhooks,
    hooks({ rules: [{ ...rule, operations: ['*', 'CREATE'], resources: ['pods/*', 'pods/log'] }] }),
    [
      `webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
      `webhooks[0].rules[0].resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log`,
    ],
  ],
  [
    webhooks,
    hooks({ clientConfig: { url: 'http://user@a/?b#c' } }),
    [
      `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
      'webhooks[0].clientConfig.url: Invalid value: "user": user information is not permitted in the URL',
      'webhooks[0].clientConfig.url: Invalid value: "c": fragments are not permitted in the URL',
      'webhooks[0].clientConfig.url: Invalid value: "b": query parameters are not permitted in the URL',
    ],
  ],
  [
    webhooks,
    hooks({ name: 'a' }, {}, {}),
    [
      'webhooks[0].name: Invalid value: "a": should be a domain with at least three segments separated by dots',
      'webhooks[2].name: Duplicate value: "a.example.com"',
    ],
  ],
  [flowschemas, flow({}), []],
  [
    flowschemas,
    flow({ matchingPrecedence: 1, rules: [{ subjects: null }] }),
    [
      `spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1`,
      'spec.rules[0].subjects: Required value: subjects must contain at least one value',
      'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
    ],
  ],
  [
    flowschemas,
    flow({
      rules: [{ subjects: [{ kind: 'User', group: { name: 'a' } }], nonResourceRules: [{ verbs: ['x'], nonResourceURLs: ['/a*'] }] }],
    }),
    [
      `spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'`,
      `spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'`,
      'spec.rules[0].nonResourceRules[0].verbs: Unsupported value: ["x"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
    ],
  ],
  [
    flowschemas,
    flow({
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'a' } }],
          resourceRules: [{ verbs: null, apiGroups: null, resources: null, namespaces: null }],
        },
      ],
    }),
    [
      'spec.rules[0].resourceRules[0].verbs: Required value: verbs must contain at least one value',
      'spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource',
      'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
    ],
  ],
  [prioritylevelconfigurations, level({}), []],
  [
    prioritylevelconfigurations,
    level({ lendablePercent: 101, limitResponse: { type: 'Queue', queuing: { queues: 2, handSize: 3, queueLengthLimit: 1 } } }),
    [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 3: should not be greater than queues (2)',
      'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
    ],
  ],
  [
    prioritylevelconfigurations,
    { spec: { type: 'Exempt' } },
    [`spec.type: Invalid value: "Exempt": must be 'Exempt' if and only if \`name\` is 'exempt'`],
  ],
  [runtimeclasses, { handler: 'runc' }, []],
  [
    runtimeclasses,
    { handler: 'a.b', overhead: { podFixed: { cpu: '-1' } }, scheduling: { tolerations: [{}] } },
    [
      'handler: Invalid value: "a.b": must not contain dots',
      'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'scheduling.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ],
]

for (const [record, members, errors] of created)
  test(`${record.kind} ${JSON.stringify(members)}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(said(record.strategy?.validate?.(object(members), context)), errors)
  })

test('what a configuration has already stays allowed', async (t) => {
  const old = object(hooks({ sideEffects: 'Some' }, {}))
  t.same(said(webhooks.strategy?.validateUpdate?.(object(hooks({ sideEffects: 'Unknown' }, {})), old, context)), [])
  t.same(said(webhooks.strategy?.validateUpdate?.(object(hooks({ sideEffects: 'Unknown' })), object(hooks({})), context)), [
    'webhooks[0].sideEffects: Unsupported value: "Unknown": supported values: "None", "NoneOnDryRun"',
  ])
  const target = { kind: 'Foo', name: 'x' }
  t.same(
    said(
      horizontalpodautoscalers.strategy?.validateUpdate?.(
        object(scaler({ scaleTargetRef: target })),
        object(scaler({ scaleTargetRef: target })),
        context,
      ),
    ),
    [],
  )
})

test('a handler stays', async (t) => {
  t.same(said(runtimeclasses.strategy?.validateUpdate?.(object({ handler: 'b' }), object({ handler: 'a' }), context)), [
    'handler: Invalid value: "b": field is immutable',
  ])
})
