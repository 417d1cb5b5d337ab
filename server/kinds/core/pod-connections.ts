// Connections to pods: logs, commands and ports by way of their node's kubelet, requests straight to their address.
// Upstream: pkg/registry/core/pod/rest, and the locations in pkg/registry/core/pod/strategy.go.
import { type FieldError, forbiddenField, invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { badRequest, forbidden, notFound } from '../../../apimachinery/status-error.ts'
import type { Backend, ConnectionRequest, ConnectionRule } from '../../registry/connection.ts'
import type { KindServices } from '../kind-services.ts'
import { isGlobalUnicast, splitProxyName } from './backend-address.ts'
import { kubeletAddress } from './kubelet-address.ts'

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers']

const podOf = ({ objects }: KindServices, namespace: string, name: string): KubeObject => {
  const pod = objects.get('', 'pods', namespace, name)
  if (!pod) throw notFound({ group: '', resource: 'pods' }, name)
  return pod
}

/** The container asked for, or the only one. */
const containerOf = (pod: KubeObject, asked: string): string => {
  const names = CONTAINER_LISTS.flatMap((list) => listAt(pod, 'spec', list).map((container) => textAt(container, 'name')))
  const { name = '' } = pod.metadata
  if (asked !== '') {
    if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`)
    return asked
  }
  const main = listAt(pod, 'spec', 'containers')
  if (main.length === 1) return textAt(main[0], 'name')
  const choice = main.length === 0 ? '' : `, choose one of: [${names.join(' ')}]`
  throw badRequest(`a container name must be specified for pod ${name}${choice}`)
}

const kubeletBackend = (services: KindServices, pod: KubeObject, path: string, query: URLSearchParams): Backend => {
  const node = kubeletAddress(services, textAt(pod, 'spec', 'nodeName'), 'pods')
  query.sort()
  return { scheme: 'https', ...node, path, query: query.toString(), trust: 'kubelet' }
}

const whole = (options: ValueMap, name: string): number | undefined => options[name] as number | undefined

const atLeastOne = (options: ValueMap, name: string): FieldError[] =>
  (whole(options, name) ?? 1) < 1 ? [invalidValue(name, options[name], 'must be greater than 0')] : []

const logErrors = (options: ValueMap): FieldError[] => {
  const twice = options['sinceSeconds'] !== undefined && options['sinceTime'] !== undefined
  return [
    ...((whole(options, 'tailLines') ?? 0) < 0
      ? [invalidValue('tailLines', options['tailLines'], 'must be greater than or equal to 0')]
      : []),
    ...atLeastOne(options, 'limitBytes'),
    ...(twice
      ? [forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified')]
      : atLeastOne(options, 'sinceSeconds')),
    ...(options['stream'] === undefined ? [] : [forbiddenField('stream', 'may not be specified')]),
  ]
}

const ZERO_TIME = '0001-01-01T00:00:00Z'

const log = (services: KindServices): ConnectionRule => ({
  way: 'log',
  options: 'core/v1.PodLogOptions',
  validate: logErrors,
  locate: async ({ name, namespace, options }) => {
    const pod = podOf(services, namespace, name)
    const container = containerOf(pod, textAt(options, 'container'))
    if (textAt(pod, 'spec', 'nodeName') === '') return undefined
    const query = new URLSearchParams()
    for (const flag of ['follow', 'previous', 'timestamps']) if (options[flag] === true) query.set(flag, 'true')
    for (const number of ['sinceSeconds', 'tailLines', 'limitBytes'])
      if (options[number] !== undefined) query.set(number, String(options[number]))
    if (options['sinceTime'] !== undefined) query.set('sinceTime', (options['sinceTime'] as string | null) ?? ZERO_TIME)
    const backend = kubeletBackend(services, pod, `/containerLogs/${namespace}/${name}/${container}`, query)
    return options['insecureSkipTLSVerifyBackend'] === true ? { ...backend, trust: 'unchecked kubelet' } : backend
  },
})

/** Who comes with a GET, as websockets must, needs the right to create all the same. */
const mayCreate = async ({ access }: KindServices, request: ConnectionRequest): Promise<void> => {
  const { verb, user, version, subresource, namespace, name } = request
  if (verb === 'create') return
  const asked = { verb: 'create', group: '', version, resource: 'pods', subresource, namespace, name }
  const { decision, reason } = await access.authorize(user, asked)
  if (decision !== 'Allow') throw forbidden({ group: '', resource: 'pods' }, name, reason)
}

/** A pod that has a node. */
const placed = (
  services: KindServices,
  { namespace, name }: ConnectionRequest,
  chosen: (pod: KubeObject) => string,
): [KubeObject, string] => {
  const pod = podOf(services, namespace, name)
  const container = chosen(pod)
  if (textAt(pod, 'spec', 'nodeName') === '') throw badRequest(`pod ${name} does not have a host assigned`)
  return [pod, container]
}

/** What the kubelet is told of the streams wanted. */
const STREAMS: readonly [option: string, parameter: string][] = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
]

const command = (services: KindServices, action: 'exec' | 'attach'): ConnectionRule => ({
  way: 'command',
  options: action === 'exec' ? 'core/v1.PodExecOptions' : 'core/v1.PodAttachOptions',
  locate: async (request) => {
    await mayCreate(services, request)
    const { namespace, name, options } = request
    const [pod, container] = placed(services, request, (found) => containerOf(found, textAt(options, 'container')))
    const query = new URLSearchParams()
    for (const [option, parameter] of STREAMS) if (options[option] === true) query.set(parameter, '1')
    for (const part of listAt(options, 'command')) query.append('command', String(part))
    return kubeletBackend(services, pod, `/${action}/${namespace}/${name}/${container}`, query)
  },
})

const portforward = (services: KindServices): ConnectionRule => ({
  way: 'ports',
  options: 'core/v1.PodPortForwardOptions',
  locate: async (request) => {
    await mayCreate(services, request)
    const { namespace, name, options } = request
    const [pod] = placed(services, request, () => '')
    const ports = listAt(options, 'ports')
    const query = new URLSearchParams(ports.length === 0 ? {} : { port: ports.join(',') })
    return kubeletBackend(services, pod, `/portForward/${namespace}/${name}`, query)
  },
})

const firstPort = (pod: KubeObject): string => {
  const ports = listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'))
  return ports.length === 0 ? '' : String(at(ports[0], 'containerPort'))
}

const proxy = (services: KindServices): ConnectionRule => ({
  way: 'requests',
  options: 'core/v1.PodProxyOptions',
  locate: async ({ name, namespace, options }) => {
    const asked = splitProxyName(name)
    if (!asked) throw badRequest(`invalid pod request ${JSON.stringify(name)}`)
    const pod = podOf(services, namespace, asked.name)
    const host = textAt(pod, 'status', 'podIPs', 0, 'ip')
    if (!isGlobalUnicast(host)) throw badRequest('address not allowed')
    return {
      scheme: asked.scheme || 'http',
      host,
      port: asked.port || firstPort(pod),
      path: textAt(options, 'path'),
      query: '',
      trust: 'anybody',
    }
  },
})

export const podConnections = (services: KindServices): Readonly<Record<string, ConnectionRule>> => ({
  log: log(services),
  exec: command(services, 'exec'),
  attach: command(services, 'attach'),
  portforward: portforward(services),
  proxy: proxy(services),
})
