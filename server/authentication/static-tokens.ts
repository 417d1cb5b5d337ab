// --token-auth-file: lines of token,user,uid,"group1,group2". Upstream: authentication/token/tokenfile.
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Authenticator, bearerToken, type Identity } from './authenticator.ts'

const fields = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"'),
  )

const digest = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Reads the file's text. Throws for a line with fewer than three columns. */
export const staticTokens = (text: string): Authenticator => {
  const known: { digest: Buffer; identity: Identity }[] = []
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '' && !candidate.startsWith('#'))) {
    const [token, name, uid, groups = ''] = fields(line)
    if (!token || name === undefined || uid === undefined)
      throw new Error('token file must have at least 3 columns (token, user name, user uid)')
    known.push({ digest: digest(token), identity: { name, uid, groups: groups.split(',').filter((group) => group !== '') } })
  }
  return {
    name: 'tokenfile',
    authenticate: ({ headers }) => {
      const token = bearerToken(headers)
      if (token === undefined) return undefined
      const wanted = digest(token)
      return known.find((entry) => timingSafeEqual(entry.digest, wanted))?.identity
    },
  }
}
