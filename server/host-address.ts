// Where others reach this server, when nobody says: the address it listens on, or the host's own.
// Upstream: ResolveBindAddress in k8s.io/apimachinery/pkg/util/net/interface.go.
import { networkInterfaces } from 'node:os'

const everywhere = (address: string): boolean => address === '' || address === '0.0.0.0' || address === '::'
const loopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

/** An address of the host that is not its loopback's; '' when it has none. */
const hostAddress = (): string => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outward = addresses.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return (outward.find(({ family }) => family === 'IPv4') ?? outward[0])?.address ?? ''
}

/** --advertise-address, or what upstream takes in its place. */
export const advertisedAddress = (config: { advertiseAddress: string; bindAddress: string }): string => {
  if (config.advertiseAddress !== '') return config.advertiseAddress
  return everywhere(config.bindAddress) || loopback(config.bindAddress) ? hostAddress() : config.bindAddress
}
