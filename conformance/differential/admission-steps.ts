// How admission cases are written: objects and what is done with them, in a namespace of their own for each plug-in. The resource that a
// step counts for is the plug-in's name, so that each has its cells.
import type { JsonObject } from './json-value.ts'
import { textAt } from './json-value.ts'
import type { Step } from './step.ts'

const GROUPS: Readonly<Record<string, string>> = {
  v1: '/api/v1',
}

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  PriorityClass: 'priorityclasses',
  RuntimeClass: 'runtimeclasses',
  StorageClass: 'storageclasses',
  VolumeAttributesClass: 'volumeattributesclasses',
}

const CLUSTER_WIDE = new Set([
  'CertificateSigningRequest',
  'IngressClass',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'VolumeAttributesClass',
])

export interface Extras {
  readonly note?: string
  readonly query?: string
  readonly subresource?: string
  /** The real server's plug-ins see what was written a moment later: wait for them. */
  readonly settles?: boolean
}

/** Steps of one plug-in's cases. */
export class AdmissionSteps {
  readonly namespace: string
  readonly #plugin: string

  constructor(plugin: string) {
    this.#plugin = plugin
    this.namespace = `admission-${plugin.toLowerCase().replaceAll('.', '-')}`
  }

  #collection(object: JsonObject): string {
    const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')]
    const root = GROUPS[apiVersion] ?? `/apis/${apiVersion}`
    return `${root}${CLUSTER_WIDE.has(kind) ? '' : `/namespaces/${this.namespace}`}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}`
  }

  #path(object: JsonObject): string {
    return `${this.#collection(object)}/${textAt(object, 'metadata', 'name') || textAt(object, 'metadata', 'generateName')}`
  }

  #step(verb: string, method: string, object: JsonObject, path: string, { note, query, subresource, settles }: Extras): Step {
    return {
      resource: this.#plugin,
      verb,
      method,
      note: note ?? `${textAt(object, 'kind')} ${textAt(object, 'metadata', 'name')}`,
      path: `${path}${subresource === undefined ? '' : `/${subresource}`}${query === undefined ? '' : `?${query}`}`,
      subject: this.#path(object),
      ...(settles === true ? { settles } : {}),
    }
  }

  create(object: JsonObject, extras: Extras = {}): Step {
    return { ...this.#step('create', 'POST', object, this.#collection(object), extras), body: JSON.stringify(object) }
  }

  /** Something posted to a subresource of the object. */
  post(object: JsonObject, body: JsonObject, extras: Extras): Step {
    return { ...this.#step('create', 'POST', object, this.#path(object), extras), body: JSON.stringify(body) }
  }

  get(object: JsonObject, extras: Extras = {}): Step {
    return this.#step('get', 'GET', object, this.#path(object), extras)
  }

  update(object: JsonObject, edit: (held: JsonObject) => JsonObject, extras: Extras = {}): Step {
    return { ...this.#step('update', 'PUT', object, this.#path(object), extras), edit }
  }

  patch(object: JsonObject, body: JsonObject, extras: Extras = {}): Step {
    const step = this.#step('patch', 'PATCH', object, this.#path(object), extras)
    return { ...step, body: JSON.stringify(body), contentType: 'application/merge-patch+json' }
  }

  remove(object: JsonObject, extras: Extras = {}): Step {
    return this.#step('delete', 'DELETE', object, this.#path(object), extras)
  }

  /** What every case needs first: the namespace, and the account that a controller would make. */
  prepare(labels: JsonObject = {}, annotations: JsonObject = {}): Step[] {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace, labels, annotations } }
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
    return [this.create(namespace), this.create(account, { settles: true })]
  }
}

export const object = (apiVersion: string, kind: string, name: string, rest: JsonObject = {}): JsonObject => {
  const { metadata, ...others } = rest
  return { apiVersion, kind, metadata: { name, ...(metadata as JsonObject | undefined) }, ...others }
}

export const container = (rest: JsonObject = {}): JsonObject => ({ name: 'main', image: 'registry.example/app:1', ...rest })

/** A pod of one container; `spec` adds to it or replaces it. */
export const pod = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject =>
  object('v1', 'Pod', name, { metadata, spec: { containers: [container()], ...spec } })

export const resources = (requests: JsonObject, limits: JsonObject = {}): JsonObject => ({ resources: { requests, limits } })

export const claim = (name: string, storage: string, spec: JsonObject = {}): JsonObject =>
  object('v1', 'PersistentVolumeClaim', name, { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec } })
