import { test } from 'tap'
import { parseJson } from '../../apimachinery/json-parse.ts'
import type { Value } from '../../apimachinery/kube-object.ts'
import { schemas } from './codec.test-objects.ts'
import { diagnose } from './diagnosis.ts'

const found = (type: string, text: string): ReturnType<typeof diagnose> => {
  const { value, duplicates } = parseJson(text, true)
  return diagnose(schemas.type(type), value as Value, duplicates)
}

for (const [type, given, typeError] of [
  ['core/v1.ConfigMap', '{"data":{"a":1}}', 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
  ['core/v1.ConfigMap', '{"data":[]}', 'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string'],
  [
    'core/v1.ConfigMap',
    '{"metadata":{"uid":{}}}',
    'json: cannot unmarshal object into Go struct field ObjectMeta.metadata.uid of type types.UID',
  ],
  [
    'core/v1.ConfigMap',
    '{"metadata":{"generation":1.5}}',
    'json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64',
  ],
  ['core/v1.ConfigMap', '{"immutable":"x"}', 'json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool'],
  ['core/v1.ConfigMap', '{"binaryData":{"a":"%"}}', 'illegal base64 data at input byte 0'],
  [
    'core/v1.Pod',
    '{"spec":{"containers":[{"ports":[{"containerPort":2147483648}]}]}}',
    'json: cannot unmarshal number 2147483648 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
  ],
  [
    'core/v1.Pod',
    '{"spec":{"volumes":[{"secret":{"items":1}}]}}',
    'json: cannot unmarshal number into Go struct field SecretVolumeSource.spec.volumes.VolumeSource.secret.items of type []v1.KeyToPath',
  ],
  [
    'core/v1.Pod',
    '{"spec":{"containers":[{"livenessProbe":{"httpGet":{"host":{}}}}]}}',
    'json: cannot unmarshal object into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.host of type string',
  ],
  [
    'core/v1.ConfigMap',
    '{"immutable":1,"metadata":{"creationTimestamp":"x"}}',
    'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
  ],
  [
    'core/v1.ConfigMap',
    '{"immutable":1,"metadata":{"creationTimestamp":5}}',
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
  ],
  [
    'core/v1.ConfigMap',
    '{"immutable":1,"immutable":true}',
    'json: cannot unmarshal number into Go struct field ConfigMap.immutable of type bool',
  ],
  ['core/v1.ConfigMap', '{"immutable":1,"data":5}', 'json: cannot unmarshal number into Go struct field ConfigMap.immutable of type bool'],
] as const) {
  test(`${given} is refused in Go's words`, async (t) => t.equal(found(type, given).typeError, typeError))
}

for (const [given, strictErrors] of [
  ['{"x":1,"metadata":{"y":2},"Data":{}}', ['unknown field "x"', 'unknown field "metadata.y"', 'unknown field "Data"']],
  ['{"data":{"a":"","a":""},"z":1,"data":{}}', ['duplicate field "data.a"', 'unknown field "z"', 'duplicate field "data"']],
  ['{"x":1,"x":2}', ['unknown field "x"']],
  ['{"metadata":{"ownerReferences":[{},{"q":1}]}}', ['unknown field "metadata.ownerReferences[1].q"']],
  ['{"a\\"b":1,"__proto__":{}}', ['unknown field "a\\"b"', 'unknown field "__proto__"']],
] as const) {
  test(`${given}: strict errors in order of the text`, async (t) => t.same(found('core/v1.ConfigMap', given).strictErrors, strictErrors))
}

test('at most 100 strict errors are named', async (t) => {
  const members = Array.from({ length: 150 }, (_, index) => `"x${index}":1`).join(',')
  t.equal(found('core/v1.ConfigMap', `{${members}}`).strictErrors.length, 100)
})
