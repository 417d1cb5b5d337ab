// Why a server did not start, for the person who started it.
import type { ServerConfig } from './config.ts'
import { StoreError } from './storage/store.ts'

export const explainStartFailure = (error: unknown, config: Pick<ServerConfig, 'bindAddress' | 'securePort'>): string => {
  const { code, path, message, stack } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `port ${config.securePort} on ${config.bindAddress} is in use; choose another with --secure-port`
  if (code === 'EACCES' && path === undefined)
    return `port ${config.securePort} on ${config.bindAddress} may not be opened by this user; choose another with --secure-port`
  if (code === 'ENOENT' || code === 'EACCES') return `cannot read ${path}: ${code === 'ENOENT' ? 'no such file' : 'permission denied'}`
  if (error instanceof StoreError) return message
  return stack ?? message
}
