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

test("the build's file says of fields what the package leaves out and the published document has", async (t) => {
  const spec = { description: 'Which boat it is.' }
  const document = {
    definitions: {
      'io.k8s.api.core.v1.Pod': { description: 'another text', properties: { spec, kind: { description: 'another text' } } },
      'com.example.v1.Boat': { description: 'A boat.', properties: { spec } },
    },
  }
  const folder = t.testdir({ 'descriptions.json': builtDescriptions(document)?.text ?? '', tables: {} })
  const built = loadDescriptions(join(folder, 'tables'))
  const pod = built.ofType('io.k8s.api.core.v1.Pod')
  t.equal(pod?.fields['spec'], 'Which boat it is.')
  t.equal(pod?.fields['kind'], descriptions.ofType('io.k8s.api.core.v1.Pod')?.fields['kind'])
  t.equal(pod?.text, descriptions.ofType('io.k8s.api.core.v1.Pod')?.text)
  t.same(built.ofType('com.example.v1.Boat'), { text: 'A boat.', fields: { spec: 'Which boat it is.' } })
})
