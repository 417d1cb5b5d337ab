// Where connections may go: the parts of a proxy's name, and addresses that are nobody's own.
// Upstream: k8s.io/apimachinery/pkg/util/net/port_split.go, IsGlobalUnicast of Go's net.IP.
import { BlockList, isIP } from 'node:net'

export interface ProxyName {
  scheme: '' | 'http' | 'https'
  name: string
  port: string
}

const isScheme = (text: string): text is ProxyName['scheme'] => text === '' || text === 'http' || text === 'https'

/** `name`, `name:port` or `scheme:name:port`; undefined for anything else. */
export const splitProxyName = (text: string): ProxyName | undefined => {
  const parts = text.split(':')
  const [scheme, name, port] =
    parts.length === 1
      ? ['', parts[0], '']
      : parts.length === 2
        ? ['', parts[0], parts[1]]
        : parts.length === 3
          ? parts
          : [undefined, undefined, undefined]
  return scheme !== undefined && isScheme(scheme) && name ? { scheme, name, port: port ?? '' } : undefined
}

const blocks: readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 32, 'ipv4'],
  ['255.255.255.255', 32, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

const closed = new BlockList()
for (const block of blocks) closed.addSubnet(...block)

/** Whether an address is one machine's in a network: not loopback, link-local, multicast or unspecified. */
export const isGlobalUnicast = (address: string): boolean => {
  const family = isIP(address)
  return family !== 0 && !closed.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
