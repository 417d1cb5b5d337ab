// An update may share its spec with the object before it: plug-ins that set something in it give the update one of its own.
import { test } from 'tap'
import { frozen } from '../testing/frozen.ts'
import { attributesOf, testParts } from './admission.test-parts.ts'
import type { AdmissionPlugin } from './admission.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { extendedResourceToleration, podTolerationRestriction } from './pod-placement.ts'

const limits = [{ type: 'Container', default: { memory: '1Gi' }, defaultRequest: { memory: '1Gi' } }]
const parts = testParts({
  namespaces: [{ metadata: { name: 'n', annotations: { 'scheduler.alpha.kubernetes.io/tolerationsWhitelist': '[]' } } }],
  limitranges: [{ metadata: { name: 'l', namespace: 'n' }, spec: { limits } }],
})

const spec = (): object => frozen({ containers: [{ name: 'c', resources: { requests: { cpu: '1', 'example.com/gpu': '1' } } }] })

for (const [plugin, subresource, found] of [
  [
    defaultTolerationSeconds(parts),
    '',
    { tolerations: [{ key: 'node.kubernetes.io/not-ready' }, { key: 'node.kubernetes.io/unreachable' }] },
  ],
  [extendedResourceToleration(), '', { tolerations: [{ key: 'example.com/gpu' }] }],
  [podTolerationRestriction(parts), '', { tolerations: [{ key: 'node.kubernetes.io/memory-pressure' }] }],
  [limitRanger(parts), 'resize', { containers: [{ resources: { limits: { memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } } }] }],
] as const satisfies readonly (readonly [AdmissionPlugin, string, object])[])
  test(`${plugin.name} sets what an update lacks`, async (t) => {
    const shared = spec()
    const object = { metadata: { name: 'x', namespace: 'n' }, spec: shared }
    const old = { metadata: { name: 'x', namespace: 'n' }, spec: shared }
    await plugin.admit?.(attributesOf({ operation: 'UPDATE', subresource, object, old }))
    t.match(object.spec, found)
    t.equal(old.spec, shared)
  })
