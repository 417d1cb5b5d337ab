// Who may import whom, by folder: checked by tidy.test.ts. A folder may always import itself. The names are ARCHITECTURE.md's.

/** The files that know all parts, at the top of server/. */
export const COMPOSITION = 'server (composition)'

const everything = ['*']

export const layers: Readonly<Record<string, readonly string[]>> = {
  apimachinery: [],
  openapi: ['apimachinery'],
  client: ['apimachinery'],
  quota: ['apimachinery'],
  controllers: ['apimachinery', 'client', 'quota'],
  cel: ['apimachinery'],
  certs: ['apimachinery'],
  'server/streaming': ['apimachinery'],
  'server/storage': ['apimachinery'],
  'server/codec': ['apimachinery', 'openapi'],
  'server/patch': ['apimachinery', 'openapi'],
  'server/field-manager': ['apimachinery', 'openapi'],
  'server/authentication': ['apimachinery'],
  'server/authorization': ['apimachinery'],
  'server/admission': ['apimachinery', 'quota'],
  'server/metrics': ['apimachinery'],
  'server/registry': ['apimachinery', 'openapi', 'server/storage', 'server/admission', 'server/field-manager'],
  'server/kinds': ['apimachinery', 'openapi', 'server/registry'],
  'server/allocation': ['apimachinery', 'server/registry', 'server/storage'],
  'server/bootstrap': ['apimachinery', 'server/registry', 'server/authorization'],
  'server/http': ['apimachinery', 'server/codec'],
  'server/filters': ['apimachinery', 'server/http', 'server/authentication', 'server/authorization', 'server/metrics'],
  'server/endpoints': [
    'apimachinery',
    'openapi',
    'server/http',
    'server/codec',
    'server/patch',
    'server/registry',
    'server/storage',
    'server/streaming',
  ],
  'server/testing': everything,
  [COMPOSITION]: everything,
  cli: ['apimachinery', 'certs', 'controllers', COMPOSITION],
  conformance: ['apimachinery', 'client'],
  bench: ['certs'],
  '(root)': everything,
}
