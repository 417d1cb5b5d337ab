// The client of components, as administrator of a test's server.
import { ApiClient } from '../../client/api-client.ts'
import type { ClusterAccess } from '../../client/kubeconfig.ts'
import type { TestServer } from './test-server.ts'

export const accessTo = (server: TestServer): ClusterAccess => {
  const { authority = '', admin } = server.server.certificates
  return {
    server: `https://127.0.0.1:${server.port}`,
    authority,
    ...(admin ? { certificate: admin.certificate, key: admin.key } : {}),
  }
}

export const clientOf = (server: TestServer): ApiClient => new ApiClient({ access: accessTo(server), userAgent: 'boat-hook/1.0' })
