// The routes that are no resource's: discovery, the version, and what a service account's issuer says about itself.
// Upstream: k8s.io/apiserver/pkg/endpoints/discovery and pkg/server/routes.
import { type ApiRoute, operationName } from './api-route.ts'
import { MEDIA_TYPES, type PublishedResource } from './resource-routes.ts'

const JSON_TYPES = ['application/json']

const reading = (
  path: string,
  subject: string,
  type: string,
  consumes: readonly string[] | undefined,
  produces: readonly string[],
): ApiRoute => ({
  path,
  method: 'get',
  ...operationName(path, 'get', subject),
  parameters: [],
  consumes,
  produces,
  responses: [[200, type]],
})

const discovery = (path: string, subject: string, type: string): ApiRoute => reading(path, subject, type, MEDIA_TYPES, MEDIA_TYPES)

/** Routes outside any group version, by the name of the v3 document they are in. */
export const serverRoutes = (resources: readonly PublishedResource[]): Map<string, ApiRoute[]> => {
  const documents = new Map<string, ApiRoute[]>([
    [
      '.well-known/openid-configuration',
      [reading('/.well-known/openid-configuration/', 'ServiceAccountIssuerOpenIDConfiguration', 'string', undefined, JSON_TYPES)],
    ],
    ['api', [discovery('/api/', 'APIVersions', 'meta/v1.APIVersions')]],
    ['apis', [discovery('/apis/', 'APIVersions', 'meta/v1.APIGroupList')]],
    [
      'openid/v1/jwks',
      [reading('/openid/v1/jwks/', 'ServiceAccountIssuerOpenIDKeyset', 'string', undefined, ['application/jwk-set+json'])],
    ],
    ['version', [reading('/version/', 'CodeVersion', 'version.Info', JSON_TYPES, JSON_TYPES)]],
  ])
  for (const { group } of resources)
    if (group !== '') documents.set(`apis/${group}`, [discovery(`/apis/${group}/`, 'APIGroup', 'meta/v1.APIGroup')])
  return documents
}

/** The name of a group version's v3 document: api/v1, apis/apps/v1. */
export const groupVersionPath = (group: string, version: string): string => (group === '' ? `api/${version}` : `apis/${group}/${version}`)

/** The route that lists a group version's resources. */
export const resourceListRoute = (group: string, version: string): ApiRoute =>
  discovery(`/${groupVersionPath(group, version)}/`, 'APIResources', 'meta/v1.APIResourceList')
