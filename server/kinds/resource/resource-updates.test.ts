import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import type { KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { resourceclaims as claimsOf, resourceclaimtemplates as templatesOf } from './resourceclaims.ts'
import { resourceslices } from './resourceslices.ts'

const context = {} as WriteContext
const resourceclaims = claimsOf({} as KindServices)
const resourceclaimtemplates = templatesOf({} as KindServices)
const of = (spec: object): KubeObject =>
  structuredClone({ metadata: { name: 'a', namespace: 'default', resourceVersion: '1' }, spec }) as KubeObject
const said = (errors: FieldError[] | undefined): string[] => (errors ?? []).map(fieldErrorMessage)
const asks = (deviceClassName: string): object => ({
  devices: { requests: [{ name: 'one', exactly: { deviceClassName, allocationMode: 'ExactCount', count: 1 } }] },
})
const slice = (driver: string, name: string, generation: number): object => ({
  driver,
  nodeName: 'n',
  pool: { name, generation, resourceSliceCount: 1 },
})

for (const [claim, kind, before, after, errors] of [
  ['a claim that stays as it is', resourceclaims, asks('a'), asks('a'), []],
  [
    'a claim that asks for something else',
    resourceclaims,
    asks('a'),
    { devices: {} },
    ['spec: Invalid value: {"Devices":{"Requests":null,"Constraints":null,"Config":null}}: field is immutable'],
  ],
  ['a slice of a later generation', resourceslices, slice('a', 'p', 1), slice('a', 'p', 2), []],
  [
    'a slice of another driver and pool',
    resourceslices,
    slice('a', 'p', 1),
    slice('b', 'q', 1),
    ['spec.pool.name: Invalid value: "q": field is immutable', 'spec.driver: Invalid value: "b": field is immutable'],
  ],
] as readonly [string, KindRecord, object, object, string[]][])
  test(claim, async (t) => t.same(said(kind.strategy?.validateUpdate?.(of(after), of(before), context)), errors))

test('a template that asks for something else shows what it asks for', async (t) => {
  const [message = ''] = said(resourceclaimtemplates.strategy?.validateUpdate?.(of({ spec: asks('b') }), of({ spec: asks('a') }), context))
  t.match(message, /^spec: Invalid value: \{.*"DeviceClassName":"b".*\}: field is immutable$/)
})
