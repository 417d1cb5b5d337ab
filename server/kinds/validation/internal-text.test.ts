import { test } from 'tap'
import { internalLines, internalText, internalValue } from './internal-text.ts'

for (const [type, value, text] of [
  ['core.PodResourceClaim', { name: 'x' }, '{"Name":"x","ResourceClaimName":null,"ResourceClaimTemplateName":null}'],
  [
    'core.SeccompProfile',
    { type: 'Unconfined', localhostProfile: '<&>' },
    '{"Type":"Unconfined","LocalhostProfile":"\\u003c\\u0026\\u003e"}',
  ],
  ['[]core.NodeSelectorTerm', [{}], '[{"MatchExpressions":null,"MatchFields":null}]'],
  ['apps.DeploymentStrategy', { type: 'X' }, '{"Type":"X","RollingUpdate":null}'],
  ['apps.DeploymentStrategy', { rollingUpdate: { maxSurge: '25%' } }, '{"Type":"","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"25%"}}'],
  ['core.PodSpec', undefined, undefined],
] as const) {
  if (text !== undefined) test(`${type} ${JSON.stringify(value)}`, async (t) => t.equal(internalText(type, value), text))
}

test('a pod holds in its security context what the published one holds itself', async (t) => {
  const spec = internalValue('core.PodSpec', { hostNetwork: true, hostUsers: false, containers: [] }) as {
    SecurityContext: Record<string, unknown>
    HostNetwork?: boolean
  }
  t.equal(spec.SecurityContext['HostNetwork'], true)
  t.equal(spec.SecurityContext['HostUsers'], false)
  t.equal(spec.SecurityContext['HostPID'], false)
  t.notOk('HostNetwork' in spec)
})

test('metadata and embedded structs lie flat', async (t) => {
  t.match(internalText('core.PodTemplateSpec', { metadata: { labels: { a: 'b' } } }), /^\{"labels":\{"a":"b"\},"Spec":\{"Volumes":null/)
  t.match(internalText('core.EphemeralContainer', { name: 'a', targetContainerName: 'b' }), /^\{"Name":"a".*"TargetContainerName":"b"\}$/)
  t.match(internalText('core.Probe', { grpc: { port: 1 } }), /"GRPC":\{"Port":1,"Service":null\},"InitialDelaySeconds":0/)
})

test('lines are indented by one', async (t) => {
  t.equal(internalLines('core.PodResourceClaim', {}), '{\n "Name": "",\n "ResourceClaimName": null,\n "ResourceClaimTemplateName": null\n}')
})
