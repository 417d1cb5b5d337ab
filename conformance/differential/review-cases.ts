// Resources that can only be made: reviews, bindings. Each create is an answer; nothing stays behind.
import { type JsonObject, textAt } from './json-value.ts'
import type { ResourceSubject } from './resource-subject.ts'
import type { Case, Step } from './step.ts'

const attributes = (more: JsonObject): JsonObject => ({ resourceAttributes: { verb: 'get', resource: 'pods', ...more } })

const specs: Record<string, readonly JsonObject[]> = {
  SubjectAccessReview: [
    { spec: { user: 'nobody', ...attributes({ namespace: 'default', name: 'x' }) } },
    { spec: { user: 'alice', nonResourceAttributes: { path: '/healthz', verb: 'get' } } },
    { spec: { user: 'system:kube-scheduler', ...attributes({ verb: 'list', resource: 'nodes' }) } },
    { spec: attributes({}) },
    { spec: { user: 'a' } },
    { spec: { user: 'a', ...attributes({}), nonResourceAttributes: { path: '/', verb: 'get' } } },
  ],
  SelfSubjectAccessReview: [
    { spec: attributes({ verb: '*', resource: '*', group: '*' }) },
    { spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' } } },
    { spec: {} },
    { spec: { ...attributes({}), nonResourceAttributes: { path: '/', verb: 'get' } } },
  ],
  LocalSubjectAccessReview: [
    { spec: { user: 'alice', ...attributes({ namespace: 'elsewhere' }) } },
    { spec: { user: 'alice', nonResourceAttributes: { path: '/', verb: 'get' } } },
    { spec: {} },
  ],
  TokenReview: [{ spec: {} }, { spec: { token: 'a.b.c' } }, { spec: { token: 'x', audiences: ['api'] } }],
  SelfSubjectRulesReview: [{ spec: {} }, { spec: { namespace: 'kube-system' } }, {}],
  SelfSubjectReview: [{ status: { userInfo: { username: 'mallory' } } }, { metadata: { name: 'x' } }],
  Binding: [{ target: {} }, { target: { kind: 'Pod', name: 'x' } }],
}

/** A binding binds a pod of its name, once. */
const bindingSteps = (subject: ResourceSubject): Step[] =>
  Array.from({ length: 3 }, () => subject.minimal()).flatMap((binding, index): Step[] => {
    const name = textAt(binding, 'metadata', 'name')
    const path = `/api/v1/namespaces/${subject.context.namespace}/pods`
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }] },
    }
    const common = { resource: 'pods', note: 'for a binding', subject: `${path}/${name}` }
    return [
      { ...common, verb: 'create', method: 'POST', path, body: pod },
      subject.create('to a node', { ...binding, target: { kind: 'Node', name: `node-${index}` } }),
      subject.create('a second time', binding),
      { ...common, verb: 'get', method: 'GET', path: `${path}/${name}` },
      { ...common, verb: 'delete', method: 'DELETE', path: `${path}/${name}?gracePeriodSeconds=0` },
    ]
  })

export const reviewCases = (subject: ResourceSubject): Case[] =>
  subject.has('create') && !subject.has('get')
    ? [
        {
          name: `${subject.name} reviews`,
          steps: [
            ...(subject.resource.kind === 'Binding' ? bindingSteps(subject) : []),
            subject.create('minimal', subject.minimal()),
            subject.create('dry run', subject.minimal(), { query: 'dryRun=All' }),
            ...(specs[subject.resource.kind] ?? []).map((spec, index) =>
              subject.create(`another ${index}`, { ...subject.minimal(), ...spec }),
            ),
          ],
        },
      ]
    : []
