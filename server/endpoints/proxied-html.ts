// Pages of backends: links to the backend's own paths lead back through the server. Start tags with such an attribute are written anew, as
// Go's tokenizer writes them; everything else stays as it is. Upstream: rewriteHTML in k8s.io/apimachinery/pkg/util/proxy/transport.go.
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, gzip, inflateRaw } from 'node:zlib'
import type { BackendAnswer } from '../http/backend-client.ts'
import type { ResponseHeaders } from '../http/exchange.ts'
import type { Scope } from './scope.ts'

/** A page is held whole while its links are changed; larger ones go out as they are. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024

const linkAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
}

/** Comments, declarations, and start tags with their attributes. */
const MARKUP = /<!--[\s\S]*?(?:-->|$)|<[!?/][^>]*>|<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi
const ATTRIBUTE = /([^\s=/>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g
/** What stands in these is text until they end. */
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext'])

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#34': '"' }
const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos|#39|#34);/g, (_, name: string) => entities[name] as string)

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;', '\r': '&#13;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"'\r]/g, (character) => escapes[character] as string)

const newTag = (tag: string, attributes: string, links: readonly string[], rewrite: (link: string) => string): string => {
  const closed = /\/\s*$/.test(attributes) && !/=\s*[^\s"']*\/\s*$/.test(attributes)
  const written = [...attributes.replace(closed ? /\/\s*$/ : /$/, '').matchAll(ATTRIBUTE)].map(([, key = '', double, single, bare]) => {
    const name = key.toLowerCase()
    const value = unescaped(double ?? single ?? bare ?? '')
    return ` ${name}="${escaped(links.includes(name) ? rewrite(value) : value)}"`
  })
  return `<${tag}${written.join('')}${closed ? '/' : ''}>`
}

/** A page with its links rewritten. */
export const rewriteLinks = (page: string, rewrite: (link: string) => string): string => {
  const written: string[] = []
  let done = 0
  const markup = new RegExp(MARKUP)
  for (let found = markup.exec(page); found !== null; found = markup.exec(page)) {
    const tag = found[1]?.toLowerCase()
    if (tag === undefined) continue
    const links = Object.hasOwn(linkAttributes, tag) ? linkAttributes[tag] : undefined
    if (links) {
      written.push(page.slice(done, found.index), newTag(tag, found[2] ?? '', links, rewrite))
      done = markup.lastIndex
    }
    if (!RAW_TEXT.has(tag)) continue
    const end = page.slice(markup.lastIndex).search(new RegExp(`</${tag}[\\s/>]`, 'i'))
    markup.lastIndex = end < 0 ? page.length : markup.lastIndex + end
  }
  written.push(page.slice(done))
  return written.join('')
}

const packers = { gzip: promisify(gzip), gunzip: promisify(gunzip), inflate: promisify(inflateRaw) }

const rewritten = async (bytes: Buffer, encoding: string, rewrite: (link: string) => string): Promise<Buffer> => {
  const plain = encoding === 'gzip' ? await packers.gunzip(bytes) : encoding === 'deflate' ? await packers.inflate(bytes) : bytes
  const page = Buffer.from(rewriteLinks(plain.toString('utf8'), rewrite))
  return encoding === '' ? page : await packers.gzip(page)
}

/** The first bytes of a body, and the rest of it where there is more than may be held. */
const heldBody = async (body: Readable): Promise<{ held: Buffer[]; rest?: AsyncIterator<Buffer> }> => {
  const source = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  const held: Buffer[] = []
  let length = 0
  for (let next = await source.next(); !next.done; next = await source.next()) {
    held.push(next.value)
    length += next.value.length
    if (length > MAX_PAGE_BYTES) return { held, rest: source }
  }
  return { held }
}

async function* chained(held: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* held
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/** Answers with a backend's page. */
export const relayHtml = async (
  { context }: Scope,
  { status, headers: theirs, body }: BackendAnswer,
  headers: ResponseHeaders,
  rewrite: (link: string) => string,
): Promise<void> => {
  const encoding = theirs['content-encoding'] ?? ''
  if (!['', 'gzip', 'deflate'].includes(encoding)) return context.exchange.relay(status, headers, body)
  const { held, rest } = await heldBody(body)
  if (rest) return context.exchange.relay(status, headers, Readable.from(chained(held, rest)))
  const page = await rewritten(Buffer.concat(held), encoding, rewrite)
  const { 'content-length': _, ...others } = headers
  const answered = encoding === 'deflate' ? { ...others, 'content-encoding': 'gzip' } : others
  context.exchange.respond(status, answered, page)
}
