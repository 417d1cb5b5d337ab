// What resourceVersion, resourceVersionMatch, limit and continue mean together, asked of one server: every row of KEP-2340 for GET,
// LIST and WATCH over the same small history. Answers name the history's revisions (r1, r2, ...) instead of numbers, so that two
// servers' rows can be compared as texts.
import type { HttpClient } from '../differential/http-client.ts'

export interface Row {
  /** What was asked. */
  asked: string
  /** Status and reason, then names and versions as far as the row says them. */
  answered: string
}

const NAMESPACE = '/api/v1/namespaces/revisions'
const MAPS = `${NAMESPACE}/configmaps`
const FAR_AHEAD = 1_000_000

type Body = { metadata?: { resourceVersion?: string; name?: string; continue?: string; remainingItemCount?: number } } & Record<
  string,
  unknown
>

class Asker {
  readonly #client: HttpClient
  /** Revisions of the history's writes, in order. */
  readonly #revisions: string[] = []

  constructor(client: HttpClient) {
    this.#client = client
  }

  revision(index: number): string {
    return this.#revisions.at(index) as string
  }

  async write(method: string, path: string, body?: object): Promise<void> {
    const answer = await this.#client.send({ method, path, body: body && JSON.stringify(body) })
    if (answer.code >= 300) throw new Error(`${method} ${path} was answered ${answer.code}: ${answer.text}`)
  }

  /** The newest revision of the kind, remembered. */
  async mark(): Promise<void> {
    const { json } = await this.#client.send({ method: 'GET', path: `${MAPS}?limit=500` })
    this.#revisions.push((json as Body).metadata?.resourceVersion ?? '')
  }

  /** A text without this server's numbers: known revisions by name, all others by what they are. */
  named(text: string): string {
    // Others write too: how far a server is says nothing.
    return text.replace(/current: \d+/, 'current: some').replaceAll(/(?<!\w)\d+(?!\w)/g, (number) => {
      const known = this.#revisions.lastIndexOf(number)
      if (known >= 0) return `r${known + 1}`
      const beyond = Number(number) - Number(this.revision(-1))
      if (beyond === FAR_AHEAD) return 'rFuture'
      // A server's lease is renewed meanwhile: the state of these maps is the newest all the same.
      if (beyond > 0 && beyond < FAR_AHEAD) return `r${this.#revisions.length}`
      return 'rOther'
    })
  }

  async list(query: string): Promise<{ answered: string; next: string }> {
    const answer = await this.#client.send({ method: 'GET', path: `${MAPS}${query}` })
    const body = answer.json as Body
    if (answer.code !== 200) return { answered: `${answer.code} ${this.named(`${body['reason']}: ${body['message']}`)}`, next: '' }
    const names = (body['items'] as Body[]).map(({ metadata }) => metadata?.name).join(' ')
    const { continue: next = '', remainingItemCount } = body.metadata ?? {}
    const version = this.named(body.metadata?.resourceVersion ?? '')
    return { answered: `200 [${names}] at ${version}${next === '' ? '' : `, ${remainingItemCount ?? 'some'} remain`}`, next }
  }

  async get(query: string): Promise<string> {
    const answer = await this.#client.send({ method: 'GET', path: `${MAPS}/b${query}` })
    const body = answer.json as Body
    if (answer.code !== 200) return `${answer.code} ${this.named(`${body['reason']}: ${body['message']}`)}`
    return `200 at ${this.named(body.metadata?.resourceVersion ?? '')}`
  }

  async watch(query: string): Promise<string> {
    const answer = await this.#client.send({ method: 'GET', path: `${MAPS}?watch=true&timeoutSeconds=1${query}` })
    const lines = answer.text.split('\n').filter((line) => line !== '')
    if (answer.code !== 200) {
      const body = answer.json as Body
      return `${answer.code} ${this.named(`${body['reason']}: ${body['message']}`)}`
    }
    const events = lines.map((line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: Body }
      if (type === 'ERROR') return `ERROR ${object['code']} ${this.named(`${object['reason']}: ${object['message']}`)}`
      return type === 'BOOKMARK' ? type : `${type} ${object.metadata?.name}@${this.named(object.metadata?.resourceVersion ?? '')}`
    })
    return `200 ${events.join(', ')}`
  }
}

const map = (name: string, data: Record<string, string> = {}): object => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, data })

/** Six maps made, one changed, one removed: r1 is before all, the last revision after all. */
const makeHistory = async (asker: Asker): Promise<void> => {
  await asker.write('POST', '/api/v1/namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'revisions' } })
  await asker.mark()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await asker.write('POST', MAPS, map(name))
    await asker.mark()
  }
  await asker.write('PUT', `${MAPS}/b`, map('b', { changed: 'yes' }))
  await asker.mark()
  await asker.write('DELETE', `${MAPS}/d`)
  await asker.mark()
}

/** Every row, in a fixed order. */
export const revisionRows = async (client: HttpClient): Promise<Row[]> => {
  const asker = new Asker(client)
  await makeHistory(asker)
  const rows: Row[] = []
  const future = String(Number(asker.revision(-1)) + FAR_AHEAD)
  const versions: Record<string, string> = {
    unset: '',
    zero: '&resourceVersion=0',
    older: `&resourceVersion=${asker.revision(4)}`,
    newest: `&resourceVersion=${asker.revision(-1)}`,
    future: `&resourceVersion=${future}`,
    nonsense: '&resourceVersion=x1',
  }
  const matches: Record<string, string> = {
    unset: '',
    Exact: '&resourceVersionMatch=Exact',
    NotOlderThan: '&resourceVersionMatch=NotOlderThan',
    nonsense: '&resourceVersionMatch=Sometimes',
  }
  for (const [version, asked] of Object.entries(versions)) {
    rows.push({ asked: `GET, version ${version}`, answered: await asker.get(`?${asked.slice(1)}`) })
    for (const initial of ['', '&sendInitialEvents=true', '&sendInitialEvents=false']) {
      for (const match of ['unset', 'NotOlderThan', 'Exact']) {
        if (initial === '' && match === 'Exact') continue
        const query = `${asked}${initial}${matches[match]}&allowWatchBookmarks=true`
        rows.push({ asked: `WATCH, version ${version}, match ${match}${initial}`, answered: await asker.watch(query) })
      }
    }
    for (const [match, matching] of Object.entries(matches)) {
      for (const limit of ['', '&limit=2']) {
        const { answered, next } = await asker.list(`?${asked.slice(1)}${matching}${limit}`)
        rows.push({ asked: `LIST, version ${version}, match ${match}${limit}`, answered })
        if (next === '') continue
        for (const [later, again] of Object.entries(versions)) {
          const { answered: page } = await asker.list(`?limit=3&continue=${next}${again}${later === 'unset' ? matching : ''}`)
          rows.push({ asked: `LIST, version ${version}, match ${match}, its next page, version ${later}`, answered: page })
        }
      }
    }
  }
  return rows
}
