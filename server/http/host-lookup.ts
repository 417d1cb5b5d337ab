// Addresses of a host, by the system's own lookup, or why there are none in Go's words.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { lookupFault } from './backend-fault.ts'

export const lookupAddresses = async (host: string): Promise<{ addresses: string[] } | { error: string }> => {
  if (isIP(host) !== 0) return { addresses: [host] }
  try {
    const found = await lookup(host, { all: true })
    return { addresses: found.map(({ address }) => address) }
  } catch {
    return { error: lookupFault(host) }
  }
}
