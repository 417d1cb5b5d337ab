// Requests to nodes: to the kubelet as the server itself, to another port of its machine as anybody.
// Upstream: ResourceLocation in pkg/registry/core/node/strategy.go.
import { textAt } from '../../../apimachinery/kube-object.ts'
import { badRequest } from '../../../apimachinery/status-error.ts'
import type { ConnectionRule } from '../../registry/connection.ts'
import type { KindServices } from '../kind-services.ts'
import { isGlobalUnicast, splitProxyName } from './backend-address.ts'
import { kubeletAddress } from './kubelet-address.ts'

/** Throws 400 for a host that leads back to the server's own machine, or nowhere. */
const checkHost = async ({ network }: KindServices, host: string): Promise<void> => {
  const found = await network.lookup(host)
  if ('error' in found) throw badRequest(found.error)
  if (!found.addresses.every(isGlobalUnicast)) throw badRequest('address not allowed')
}

const proxy = (services: KindServices): ConnectionRule => ({
  way: 'requests',
  options: 'core/v1.NodeProxyOptions',
  locate: async ({ name, options }) => {
    const asked = splitProxyName(name)
    if (!asked) throw badRequest(`invalid node request ${JSON.stringify(name)}`)
    const { host, port } = kubeletAddress(services, asked.name, 'nodes')
    await checkHost(services, host)
    const path = textAt(options, 'path')
    if (asked.port === '' || asked.port === port) return { scheme: 'https', host, port, path, query: '', trust: 'kubelet' }
    return { scheme: asked.scheme || 'http', host, port: asked.port, path, query: '', trust: 'anybody' }
  },
})

export const nodeConnections = (services: KindServices): Readonly<Record<string, ConnectionRule>> => ({ proxy: proxy(services) })
