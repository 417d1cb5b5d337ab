import { test } from 'tap'
import { requestInfo } from './request-info.ts'

for (const [method, url, wanted] of [
  ['GET', '/api/v1/pods', { verb: 'list', resource: 'pods' }],
  ['GET', '/api/v1/namespaces/x/pods/y', { verb: 'get', resource: 'pods', namespace: 'x', name: 'y' }],
  ['DELETE', '/api/v1/namespaces/x/pods', { verb: 'deletecollection', resource: 'pods', namespace: 'x' }],
  ['GET', '/apis/apps/v1/deployments?watch=1', { verb: 'watch', group: 'apps', resource: 'deployments' }],
  ['PUT', '/api/v1/namespaces/x/status', { verb: 'update', resource: 'namespaces', name: 'x', subresource: 'status' }],
  ['GET', '/api/v1//pods', { resource: '', name: 'pods' }],
  ['GET', '//api/v1/pods', { isResource: false }],
  ['GET', '/api/v1/namespaces/x/pods/y/', { name: 'y', subresource: '' }],
  ['GET', '/api/v1/namespaces/x/pods/y%2flog', { name: 'y', subresource: 'log' }],
  ['GET', '/api/v1/pods?watch=%zz&limit=1', { verb: 'list' }],
  ['GET', '/api/v1/pods?a;watch=1', { verb: 'list' }],
  ['constructor', '/api/v1/pods', { verb: '', isResource: true }],
  ['toString', '/version', { verb: 'tostring', isResource: false }],
] as const) {
  test(`${method} ${url} is ${JSON.stringify(wanted)}`, async (t) => t.match(requestInfo(method, url), wanted))
}
