import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import { endpoints } from './endpoints.ts'
import { namespaces } from './namespaces.ts'

const context = {} as WriteContext
const object = (members: object): KubeObject => ({ metadata: { name: 'a', namespace: 'default' }, ...members })
const said = (errors: FieldError[] | undefined): string[] => (errors ?? []).map(fieldErrorMessage)

const STRANGE = 'name is neither a standard finalizer name nor is it fully qualified'

test("a namespace's finalizers are standard or of a domain", async (t) => {
  const namespace: KubeObject = { metadata: { name: 'a' }, spec: { finalizers: ['kubernetes', 'k.io/a', 'x'] } }
  t.same(said(namespaces.strategy?.validate?.(namespace, context)), [`spec.finalizers: Invalid value: "x": ${STRANGE}`])
  t.same(said(namespaces.fieldStrategies?.['finalize']?.validateUpdate?.(namespace, namespace, context)), [
    `spec.finalizers[2]: Invalid value: "x": ${STRANGE}`,
  ])
})

test("a namespace's phase follows its deletion", async (t) => {
  const phase = (name: string, deletionTimestamp?: string): string[] => {
    const namespace: KubeObject = { metadata: { name: 'a', ...(deletionTimestamp ? { deletionTimestamp } : {}) }, status: { phase: name } }
    return said(namespaces.status?.validateUpdate?.(namespace, namespace, context))
  }
  t.same(phase('Active'), [])
  t.same(phase('Terminating', '2026-01-01T00:00:00Z'), [])
  t.same(phase('Terminating'), [`status.Phase: Invalid value: "Terminating": may only be 'Active' if \`deletionTimestamp\` is empty`])
  t.same(phase('Active', '2026-01-01T00:00:00Z'), [
    `status.Phase: Invalid value: "Active": may only be 'Terminating' if \`deletionTimestamp\` is not empty`,
  ])
})

const subset = (members: object): KubeObject => object({ subsets: [{ addresses: [{ ip: '1.2.3.4' }], ...members }] })

const subsets: readonly [KubeObject, string[]][] = [
  [object({}), []],
  [subset({ ports: [{ port: 80, protocol: 'TCP' }] }), []],
  [object({ subsets: [{}] }), ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
  [
    subset({
      ports: [
        { port: 0, protocol: 'X' },
        { name: 'a', port: 1, protocol: 'TCP' },
      ],
    }),
    [
      'subsets[0].ports[0].name: Required value',
      'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'subsets[0].ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
    ],
  ],
  [
    subset({ addresses: [{ ip: '127.0.0.1', hostname: 'a.b' }] }),
    [
      'subsets[0].addresses[0].hostname: Invalid value: "a.b": must not contain dots',
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  ],
]

for (const [given, errors] of subsets)
  test(`endpoints ${JSON.stringify(given['subsets'] ?? [])}: ${errors.join(', ') || 'fit'}`, async (t) => {
    t.same(said(endpoints.strategy?.validate?.(given, context)), errors)
  })

test('endpoints that were let in before stay', async (t) => {
  const old = object({ subsets: [{}] })
  t.same(said(endpoints.strategy?.validateUpdate?.(object({ subsets: [{}] }), old, context)), [])
})
