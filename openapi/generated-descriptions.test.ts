import { test } from 'tap'
import { generatedDescriptions, generatedKey } from './generated-descriptions.ts'

for (const [name, key] of [
  ['io.k8s.api.core.v1.Pod', 'k8sio_api_core_v1_Pod'],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'pkg_apis_meta_v1_ObjectMeta'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON', 'pkg_apis_apiextensions_v1_JSON'],
  ['io.k8s.apimachinery.pkg.version.Info', 'k8sio_apimachinery_pkg_version_Info'],
] as const)
  test(`${name} is ${key}'s`, async (t) => t.equal(generatedKey(name), key))

const CODE = `func schema_k8sio_api_sea_v1_Boat(ref common.ReferenceCallback) common.OpenAPIDefinition {
	return common.OpenAPIDefinition{
		Schema: spec.Schema{
			SchemaProps: spec.SchemaProps{
				Description: "A boat.\\n\\nIt \\"floats\\".",
				Properties: map[string]spec.Schema{
					"sails": {
						SchemaProps: spec.SchemaProps{
							Description: "How many sails.",
							Items: &spec.SchemaOrArray{
								Schema: &spec.Schema{
									SchemaProps: spec.SchemaProps{
										Description: "not of the field",
									},
								},
							},
						},
					},
					"plain": {
						SchemaProps: spec.SchemaProps{
							Default: "",
						},
					},
				},
			},
		},
	}
}
`

test('types and fields are described, what lies deeper is not theirs', async (t) => {
  t.same(generatedDescriptions(CODE), {
    k8sio_api_sea_v1_Boat: { text: 'A boat.\n\nIt "floats".', fields: { sails: 'How many sails.' } },
  })
})
