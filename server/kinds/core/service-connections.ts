// Requests to services: to one of the pods among their endpoints. Upstream: ResourceLocation in pkg/registry/core/service/storage.
import { at, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { badRequest, notFound, serviceUnavailable } from '../../../apimachinery/status-error.ts'
import type { Backend, ConnectionRule } from '../../registry/connection.ts'
import type { KindServices } from '../kind-services.ts'
import { splitProxyName } from './backend-address.ts'

const PORT_NUMBER = /^[+-]?\d+$/

/** A list from a random place on, all of it. */
const rotated = <T>(list: readonly T[], { network }: KindServices): T[] => {
  const start = list.length === 0 ? 0 : network.choose(list.length)
  return [...list.slice(start), ...list.slice(0, start)]
}

/** Upstream takes what is missing for one of the request's own kind. */
const required = (object: KubeObject | undefined, name: string): KubeObject => {
  if (!object) throw notFound({ group: '', resource: 'services' }, name)
  return object
}

/** The name of a service's port that is asked for by its number. */
const portName = (service: KubeObject, port: string, name: string): string => {
  const number = Number(port)
  const found = listAt(service, 'spec', 'ports').find((candidate) => at(candidate, 'port') === number)
  if (found === undefined) throw serviceUnavailable(`no service port ${number} found for service ${JSON.stringify(name)}`)
  return textAt(found, 'name')
}

/** Whether an address is a pod's of the namespace. */
const isPods = ({ objects }: KindServices, address: Value, namespace: string): boolean => {
  if (at(address, 'targetRef') === undefined || textAt(address, 'targetRef', 'namespace') !== namespace) return false
  const pod = objects.get('', 'pods', namespace, textAt(address, 'targetRef', 'name'))
  return pod !== undefined && listAt(pod, 'status', 'podIPs').some((entry) => textAt(entry, 'ip') === textAt(address, 'ip'))
}

const endpointOf = (
  services: KindServices,
  subsets: Value[],
  port: string,
  namespace: string,
): { host: string; port: string } | undefined => {
  for (const subset of rotated(subsets, services)) {
    const found = listAt(subset, 'ports').find((candidate) => textAt(candidate, 'name') === port)
    if (found === undefined) continue
    const address = rotated(listAt(subset, 'addresses'), services).find((candidate) => isPods(services, candidate, namespace))
    if (address !== undefined) return { host: textAt(address, 'ip'), port: String(at(found, 'port')) }
  }
  return undefined
}

const proxy = (services: KindServices): ConnectionRule => ({
  way: 'requests',
  options: 'core/v1.ServiceProxyOptions',
  locate: async ({ name: id, namespace, options }): Promise<Backend> => {
    const asked = splitProxyName(id)
    if (!asked) throw badRequest(`invalid service request ${JSON.stringify(id)}`)
    const { scheme, name } = asked
    const port = PORT_NUMBER.test(asked.port)
      ? portName(required(services.objects.get('', 'services', namespace, name), name), asked.port, name)
      : asked.port
    const subsets = listAt(required(services.objects.get('', 'endpoints', namespace, name), name), 'subsets')
    if (subsets.length === 0) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`)
    const endpoint = endpointOf(services, subsets, port, namespace)
    if (!endpoint) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(id)}`)
    return { scheme: scheme || 'http', ...endpoint, path: textAt(options, 'path'), query: '', trust: 'anybody' }
  },
})

export const serviceConnections = (services: KindServices): Readonly<Record<string, ConnectionRule>> => ({ proxy: proxy(services) })
