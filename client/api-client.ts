// A client of the Kubernetes API: each verb over HTTP/2 with JSON bodies kept as they are, and the server's own errors.
// Knows no kinds: what is asked for is named by a resource. Upstream: k8s.io/client-go/rest, dynamic and metadata.
import { parseOwnJson } from '../apimachinery/json-parse.ts'
import { writeJson } from '../apimachinery/json-write.ts'
import { type KubeObject, textAt } from '../apimachinery/kube-object.ts'
import { machineTimers, type Timers } from '../apimachinery/machine-clock.ts'
import { type Status, StatusError } from '../apimachinery/status-error.ts'
import { Connection, ConnectionError, delay, type Response, textOf } from './connection.ts'
import type { ClusterAccess } from './kubeconfig.ts'
import { type ApiResource, type ObjectName, resourcePath } from './resource.ts'
import { type WatchEvent, watchEvents } from './watch-stream.ts'

export interface ListOptions {
  namespace?: string | undefined
  labelSelector?: string
  fieldSelector?: string
  limit?: number
  continue?: string
  resourceVersion?: string
  resourceVersionMatch?: 'Exact' | 'NotOlderThan'
  /** Metadata alone, as PartialObjectMetadata. */
  metadataOnly?: boolean
  signal?: AbortSignal | undefined
}

export interface WatchOptions extends ListOptions {
  allowWatchBookmarks?: boolean
  timeoutSeconds?: number
}

export interface WriteOptions {
  subresource?: string
  fieldManager?: string
  dryRun?: boolean
  signal?: AbortSignal | undefined
}

export interface PatchOptions extends WriteOptions {
  type: 'json' | 'merge' | 'strategic' | 'apply'
  /** Of apply: take fields from their owners. */
  force?: boolean
}

export interface DeleteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
  signal?: AbortSignal | undefined
}

export interface ObjectList {
  kind?: string
  apiVersion?: string
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
  items: KubeObject[]
}

export interface ClientOptions {
  access: ClusterAccess
  /** As upstream's: `kube-controller-manager/v1.36.3 (linux/amd64) kubernetes/…`; what is before the slash owns the fields it sets. */
  userAgent: string
  timers?: Timers
  /** Of the requester, where the connection is shared with others. */
  token?: () => string
}

const PATCH_TYPES: Record<PatchOptions['type'], string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}
const JSON_TYPE = 'application/json'
/** Of requests the server puts off with Retry-After. */
const MAX_TRIES = 10
/** A request that is no watch. */
const REQUEST_MS = 60_000

const accepting = (as: 'PartialObjectMetadata' | 'PartialObjectMetadataList', only: boolean | undefined): string =>
  only ? `application/json;as=${as};g=meta.k8s.io;v=v1,application/json` : JSON_TYPE

const listQuery = (options: WatchOptions): Record<string, string | undefined> => ({
  labelSelector: options.labelSelector,
  fieldSelector: options.fieldSelector,
  limit: options.limit?.toString(),
  continue: options.continue,
  resourceVersion: options.resourceVersion,
  resourceVersionMatch: options.resourceVersionMatch,
})

const writeQuery = ({ fieldManager, dryRun }: WriteOptions): Record<string, string | undefined> => ({
  fieldManager,
  dryRun: dryRun ? 'All' : undefined,
})

/** The error an answer stands for; what is no Status is told by its code. */
export const answeredError = (code: number, text: string): StatusError => {
  try {
    const status = parseOwnJson(text) as unknown as Status
    if (status.kind === 'Status') return new StatusError(status.code ?? code, status.reason ?? '', status.message ?? '', status.details)
  } catch {
    // Not JSON: below.
  }
  return new StatusError(code, '', text === '' ? `the server answered with status ${code}` : text)
}

export class ApiClient {
  readonly #connection: Connection
  readonly #userAgent: string
  readonly #timers: Timers
  readonly #token: (() => string) | undefined

  constructor({ access, userAgent, timers = machineTimers, token }: ClientOptions, connection = new Connection(access, timers)) {
    this.#connection = connection
    this.#userAgent = userAgent
    this.#timers = timers
    this.#token = token
  }

  /** The same connection under another name and, where a token is given, as somebody else. */
  named(userAgent: string, token = this.#token): ApiClient {
    const options = { access: { server: '' }, userAgent, timers: this.#timers }
    return new ApiClient(token === undefined ? options : { ...options, token }, this.#connection)
  }

  get(
    resource: ApiResource,
    name: ObjectName,
    options: { subresource?: string; metadataOnly?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<KubeObject> {
    const path = resourcePath(resource, { ...name, subresource: options.subresource })
    return this.#object('GET', path, { signal: options.signal, accept: accepting('PartialObjectMetadata', options.metadataOnly) })
  }

  /** One page, or all where no limit is given. */
  async list(resource: ApiResource, options: ListOptions = {}): Promise<ObjectList> {
    const path = resourcePath(resource, { namespace: options.namespace }, listQuery(options))
    const accept = accepting('PartialObjectMetadataList', options.metadataOnly)
    const list = (await this.#object('GET', path, { signal: options.signal, accept })) as unknown as ObjectList
    // A list of nothing is null where a server takes Go's nil for it.
    return { ...list, items: list.items ?? [] }
  }

  /** All objects, fetched in pages of `limit`. The resourceVersion is the first page's, which is that of all. */
  async listAll(resource: ApiResource, options: ListOptions = {}): Promise<ObjectList> {
    const first = await this.list(resource, options)
    let next = first.metadata.continue ?? ''
    const { resourceVersion: _, resourceVersionMatch: __, ...further } = options
    while (next !== '') {
      const page = await this.list(resource, { ...further, continue: next })
      for (const item of page.items) first.items.push(item)
      next = page.metadata.continue ?? ''
    }
    return first
  }

  /** Events until the server ends the watch. Throws the server's error, ConnectionError, or the signal's reason. */
  async *watch(resource: ApiResource, options: WatchOptions): AsyncGenerator<WatchEvent, void> {
    const path = resourcePath(
      resource,
      { namespace: options.namespace },
      {
        ...listQuery(options),
        watch: 'true',
        allowWatchBookmarks: options.allowWatchBookmarks ? 'true' : undefined,
        timeoutSeconds: options.timeoutSeconds?.toString(),
      },
    )
    const accept = accepting('PartialObjectMetadata', options.metadataOnly)
    const answer = await this.#send('GET', path, { signal: options.signal, accept })
    yield* watchEvents(answer.stream, options.signal)
  }

  /** `name` only where the path has it: bindings, evictions, tokens. */
  create(resource: ApiResource, object: object, options: WriteOptions & { name?: string; namespace?: string } = {}): Promise<KubeObject> {
    const namespace = options.namespace ?? textAt(object, 'metadata', 'namespace')
    const path = resourcePath(resource, { namespace, name: options.name, subresource: options.subresource }, writeQuery(options))
    return this.#object('POST', path, { body: writeJson(object), signal: options.signal })
  }

  update(resource: ApiResource, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const { namespace, name } = object.metadata
    const path = resourcePath(resource, { namespace, name, subresource: options.subresource }, writeQuery(options))
    return this.#object('PUT', path, { body: writeJson(object), signal: options.signal })
  }

  patch(resource: ApiResource, name: ObjectName, patch: unknown, options: PatchOptions): Promise<KubeObject> {
    const query = { ...writeQuery(options), force: options.force === undefined ? undefined : String(options.force) }
    const path = resourcePath(resource, { ...name, subresource: options.subresource }, query)
    return this.#object('PATCH', path, { body: writeJson(patch), type: PATCH_TYPES[options.type], signal: options.signal })
  }

  /** Resolves with the object as it was, or the Status of a deletion that is done. */
  delete(resource: ApiResource, name: ObjectName, { signal, ...options }: DeleteOptions = {}): Promise<KubeObject> {
    const body = writeJson({ kind: 'DeleteOptions', apiVersion: 'v1', ...options })
    return this.#object('DELETE', resourcePath(resource, name), { body, signal })
  }

  deleteCollection(resource: ApiResource, selection: ListOptions, { signal, ...options }: DeleteOptions = {}): Promise<KubeObject> {
    const path = resourcePath(resource, { namespace: selection.namespace }, listQuery(selection))
    return this.#object('DELETE', path, { body: writeJson({ kind: 'DeleteOptions', apiVersion: 'v1', ...options }), signal })
  }

  /** Any JSON document: discovery, the version. */
  document(path: string, accept = JSON_TYPE, signal?: AbortSignal): Promise<KubeObject> {
    return this.#object('GET', path, { accept, signal })
  }

  close(): void {
    this.#connection.close()
  }

  async #object(method: string, path: string, parts: RequestParts): Promise<KubeObject> {
    const limit = new AbortController()
    const timer = this.#timers.after(REQUEST_MS, () => limit.abort(new ConnectionError(`no answer to ${method} ${path} in time`)))
    const stop = (): void => limit.abort(parts.signal?.reason)
    parts.signal?.addEventListener('abort', stop, { once: true })
    try {
      if (parts.signal?.aborted) stop()
      const answer = await this.#send(method, path, { ...parts, signal: limit.signal })
      return parseOwnJson(await textOf(answer.stream)) as unknown as KubeObject
    } finally {
      timer.cancel()
      parts.signal?.removeEventListener('abort', stop)
    }
  }

  /** Sends, again while the server says to come later. Throws StatusError for every refusal. */
  async #send(method: string, path: string, { body, type = JSON_TYPE, accept = JSON_TYPE, signal }: RequestParts): Promise<Response> {
    const sent = { accept, 'user-agent': this.#userAgent, ...(body === undefined ? {} : { 'content-type': type }) }
    for (let attempt = 1; ; attempt++) {
      const headers = this.#token === undefined ? sent : { ...sent, authorization: `Bearer ${this.#token()}` }
      const answer = await this.#connection.request({ method, path, headers, signal, ...(body === undefined ? {} : { body }) })
      if (answer.status >= 200 && answer.status < 300) return answer
      const error = answeredError(answer.status, await textOf(answer.stream))
      const seconds = Number(answer.headers['retry-after'] ?? Number.NaN)
      const later = (answer.status === 429 || answer.status >= 500) && seconds >= 0 && attempt < MAX_TRIES
      if (!later) throw error
      await delay(this.#timers, seconds * 1000, signal)
    }
  }
}

interface RequestParts {
  body?: string
  type?: string
  accept?: string
  signal?: AbortSignal | undefined
}
