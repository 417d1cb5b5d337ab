// Subresources that lead elsewhere: what is asked for is read, admitted and located here; how the bytes then travel is the files beside.
// Upstream: ConnectResource in k8s.io/apiserver/pkg/endpoints/handlers/rest.go, and getResourceHandler for logs.
import { apiVersionOf, type KubeObject, type ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest, invalid, pathNotFound } from '../../apimachinery/status-error.ts'
import { admitConnection } from '../registry/admission-attributes.ts'
import type { Backend } from '../registry/connection.ts'
import type { Subresource } from '../registry/resource-definition.ts'
import { runCommand } from './connect-command.ts'
import { sendLog } from './connect-log.ts'
import { forwardPorts } from './connect-ports.ts'
import { proxyRequests } from './connect-requests.ts'
import { queryOptions } from './query-options.ts'
import { type Scope, writeContext } from './scope.ts'

type Connection = Extract<Subresource, { type: 'connect' }>

/** What a proxy is asked for: the rest of the path, with the slash at its end. */
const proxiedPath = ({ context }: Scope): string => {
  const { rest, path } = context.info
  const joined = rest.join('/')
  const absolute = joined === '' || joined.startsWith('/') ? joined : `/${joined}`
  return path.endsWith('/') && !absolute.endsWith('/') ? `${absolute}/` : absolute
}

const admit = async (scope: Scope, { kind }: Connection, options: ValueMap): Promise<void> => {
  const { group, version, resource, subresource, name } = scope.context.info
  const object = { kind: kind.kind, apiVersion: apiVersionOf(kind.group, kind.version), metadata: {}, ...options } as KubeObject
  const connection = { resource: { group, version, resource }, subresource, kind, name, object }
  await admitConnection(writeContext(scope, false), connection, scope.parts.write)
}

const locate = (scope: Scope, { rule }: Connection, options: ValueMap): Promise<Backend | undefined> => {
  const { info, user } = scope.context
  const { name, namespace, verb, version, subresource } = info
  return rule.locate({ name, namespace, verb, user, version, subresource, options })
}

const log = async (scope: Scope, found: Connection): Promise<void> => {
  const { info } = scope.context
  const options = queryOptions(found.schema, info.query)
  const errors = found.rule.validate?.(options) ?? []
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, info.name, errors)
  return sendLog(scope, await locate(scope, found, options))
}

/** Answers a request for a subresource that leads elsewhere. */
export const connect = async (scope: Scope, found: Connection): Promise<void> => {
  const { info } = scope.context
  const { way } = found.rule
  if (way !== 'requests' && info.rest.length > 0) throw pathNotFound()
  if (way === 'log') return log(scope, found)
  if (info.query.has('dryRun')) throw badRequest('dryRun is not supported')
  const options = queryOptions(found.schema, info.query, way === 'requests' ? proxiedPath(scope) : undefined)
  await admit(scope, found, options)
  const backend = await locate(scope, found, options)
  if (!backend) throw pathNotFound()
  if (way === 'requests') return proxyRequests(scope, backend)
  return way === 'command' ? runCommand(scope, backend, options) : forwardPorts(scope, backend)
}
