// Health checks by name, as kube-apiserver words them. Upstream: k8s.io/apiserver/pkg/server/healthz.
import type { RouteAnswer } from '../http/express-app.ts'

export interface Check {
  name: string
  /** Undefined when well, else why not. */
  failure(): string | undefined
}

const PLAIN = 'text/plain; charset=utf-8'
const NO_SNIFF = { 'x-content-type-options': 'nosniff' }

const text = (status: number, body: string, headers: Record<string, string> = NO_SNIFF): RouteAnswer => ({
  status,
  contentType: PLAIN,
  headers,
  body: Buffer.from(body),
})

/** The answer of one endpoint over its checks; ?verbose tells each, ?exclude leaves some out. Why one failed, its own path tells. */
export const healthText = (name: string, checks: readonly Check[], query: URLSearchParams): RouteAnswer => {
  const excluded = new Set(query.getAll('exclude'))
  const unknown = new Set(excluded)
  const lines: string[] = []
  let failed = false
  for (const check of checks) {
    if (excluded.has(check.name)) {
      unknown.delete(check.name)
      lines.push(`[+]${check.name} excluded: ok`)
      continue
    }
    const failure = check.failure()
    failed ||= failure !== undefined
    lines.push(failure === undefined ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`)
  }
  if (unknown.size > 0) {
    const named = [...unknown].sort().map((entry) => JSON.stringify(entry))
    lines.push(`warn: some health checks cannot be excluded: no matches for ${named.join(',')}`)
  }
  if (failed) return text(500, `${lines.join('\n')}\n${name} check failed\n`)
  return text(200, query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok')
}

/** The answer of one check by its own path. */
export const checkText = (check: Check): RouteAnswer => {
  const failure = check.failure()
  return failure === undefined ? text(200, 'ok', {}) : text(500, `internal server error: ${failure}\n`)
}
