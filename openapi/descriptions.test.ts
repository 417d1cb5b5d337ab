import { join } from 'node:path'
import { test } from 'tap'
import { builtDescriptions, loadDescriptions } from './descriptions.ts'

const descriptions = loadDescriptions(join(import.meta.dirname, 'v1.36'))

for (const [name, field] of [
  ['io.k8s.api.core.v1.PodSpec', 'containers'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'labels'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps', 'x-kubernetes-list-type'],
  ['io.k8s.api.events.v1.Event', 'action'],
  ['io.k8s.apimachinery.pkg.version.Info', 'emulationMajor'],
] as const)
  test(`the installed package describes ${field} of ${name}`, async (t) => {
    const text = descriptions.ofType(name)?.fields[field] ?? ''
    t.ok(text.length > 20, text)
    t.notMatch(text, /\\'|\*\/|&quot;|&#39;/)
  })

test('operations and their parameters are described, watches by their lists', async (t) => {
  const parameters = (operationId: string) => descriptions.ofOperation({ operationId, tags: ['core_v1'] })?.parameters ?? {}
  t.match(parameters('listCoreV1NamespacedPod')['labelSelector'], /label/)
  t.equal(parameters('watchCoreV1PodListForAllNamespaces')['labelSelector'], parameters('listCoreV1NamespacedPod')['labelSelector'])
})

test('what nobody describes has no text', async (t) => {
  t.equal(descriptions.ofType('com.example.v1.Boat'), undefined)
  t.equal(descriptions.ofOperation({ operationId: 'listExampleV1Boat', tags: ['example_v1'] }), undefined)
})

test("the build's file says what the package says", async (t) => {
  const built = JSON.parse(builtDescriptions()?.text ?? '{}') as { types: Record<string, unknown> }
  t.same(built.types['V1PodSpec'], descriptions.ofType('io.k8s.api.core.v1.PodSpec'))
})

test("the build's file says what upstream's code says, where it is given", async (t) => {
  const folder = t.testdir({ 'descriptions.json': builtDescriptions({})?.text ?? '', tables: {} })
  const built = loadDescriptions(join(folder, 'tables'))
  t.equal(built.ofType('io.k8s.api.core.v1.Pod'), undefined)
  t.ok(built.ofOperation({ operationId: 'listCoreV1NamespacedPod', tags: ['core_v1'] }))
})

test('a type is found by the name that its function has', async (t) => {
  const boat = { text: 'A boat.', fields: { spec: 'Which boat it is.' } }
  const folder = t.testdir({ 'descriptions.json': builtDescriptions({ k8sio_api_sea_v1_Boat: boat })?.text ?? '', tables: {} })
  t.same(loadDescriptions(join(folder, 'tables')).ofType('io.k8s.api.sea.v1.Boat'), boat)
})
