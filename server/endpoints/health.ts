// Health checks by name, as kube-apiserver words them. Upstream: k8s.io/apiserver/pkg/server/healthz.
import type { RouteAnswer } from '../http/express-app.ts'

export interface Check {
  name: string
  /** Undefined when well, else why not. */
  failure(): string | undefined
}

const text = (status: number, body: string): RouteAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  headers: { 'x-content-type-options': 'nosniff' },
  body: Buffer.from(body),
})

/** The answer of one endpoint over its checks; ?verbose tells each, ?exclude leaves some out. */
export const healthText = (name: string, checks: readonly Check[], query: URLSearchParams): RouteAnswer => {
  const excluded = new Set(query.getAll('exclude'))
  const lines: string[] = []
  let failed = false
  for (const check of checks) {
    if (excluded.delete(check.name)) {
      lines.push(`[+]${check.name} excluded: ok`)
      continue
    }
    const failure = check.failure()
    failed ||= failure !== undefined
    lines.push(failure === undefined ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`)
  }
  if (excluded.size > 0)
    lines.push(
      `warn: some health checks cannot be excluded: no matches for ${[...excluded].map((entry) => JSON.stringify(entry)).join(',')}`,
    )
  if (failed) return text(500, `${lines.join('\n')}\n${name} check failed\n`)
  return text(200, query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok')
}
