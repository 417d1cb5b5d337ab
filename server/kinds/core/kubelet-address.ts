// How a node's kubelet is reached, from what the node says of itself.
// Upstream: pkg/kubelet/client/kubelet_client.go, GetPreferredNodeAddress in pkg/util/node/node.go.
import { at, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { notFound, unreasoned } from '../../../apimachinery/status-error.ts'
import type { KindServices } from '../kind-services.ts'

const DEFAULT_PORT = 10_250
/** A node that declares it speaks to websockets itself. */
const WEBSOCKETS = 'ExtendWebSocketsToKubelet'

export interface KubeletAddress {
  host: string
  port: string
  takesWebsockets: boolean
}

/** `resource` is the request's: upstream takes what is missing for one of those. Throws 404, and a bare error without an address. */
export const kubeletAddress = ({ objects, network }: KindServices, node: string, resource: string): KubeletAddress => {
  const found = objects.get('', 'nodes', '', node)
  if (!found) throw notFound({ group: '', resource }, node)
  const addresses = listAt(found, 'status', 'addresses')
  const preferred = network.preferredAddressTypes.flatMap((type) => addresses.filter((address) => textAt(address, 'type') === type))[0]
  if (preferred === undefined) {
    const known = addresses.map((address) => `{${textAt(address, 'type')} ${textAt(address, 'address')}}`).join(' ')
    throw unreasoned(`no preferred addresses found; known addresses: [${known}]`)
  }
  const port = Number(at(found, 'status', 'daemonEndpoints', 'kubeletEndpoint', 'Port') ?? 0)
  return {
    host: textAt(preferred, 'address'),
    port: String(port > 0 ? port : DEFAULT_PORT),
    takesWebsockets: (listAt(found, 'status', 'declaredFeatures') as unknown[]).includes(WEBSOCKETS),
  }
}
