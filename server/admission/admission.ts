// The admission chain: plug-ins that may change an object before it is checked, and refuse it after. What they read of other objects and
// what they ask of the cluster comes by parameter (admission-parts.ts). Upstream: k8s.io/apiserver/pkg/admission.
import type { Frozen, GroupVersionKind, KubeObject } from '../../apimachinery/kube-object.ts'
import { qualified } from '../../apimachinery/kube-object.ts'
import { forbidden, type StatusError } from '../../apimachinery/status-error.ts'

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

export interface AdmissionUser {
  readonly name: string
  readonly groups: readonly string[]
}

export interface AdmissionAttributes {
  readonly operation: AdmissionOperation
  readonly resource: { group: string; version: string; resource: string }
  readonly subresource: string
  readonly kind: GroupVersionKind
  /** '' while the name is still to be made. */
  readonly name: string
  readonly namespace: string
  /** Changed in place by `admit`; undefined on deletes. */
  object: KubeObject | undefined
  readonly old: Frozen<KubeObject> | undefined
  readonly user: AdmissionUser
  readonly dryRun: boolean
  warn(text: string): void
}

export interface AdmissionPlugin {
  readonly name: string
  readonly operations: readonly AdmissionOperation[]
  /** `pods`, `ingresses.networking.k8s.io`; all where absent. */
  readonly resources?: readonly string[]
  /** All where absent; '' is the object itself. */
  readonly subresources?: readonly string[]
  /** May change the object. Throws StatusError to refuse. */
  admit?(attributes: AdmissionAttributes): Promise<void> | void
  /** Throws StatusError to refuse. */
  validate?(attributes: AdmissionAttributes): Promise<void> | void
}

/** The plug-ins that have a say in one kind of request. */
interface Concerned {
  readonly admit: readonly AdmissionPlugin[]
  readonly validate: readonly AdmissionPlugin[]
}

const concerns = (plugin: AdmissionPlugin, { operation, resource, subresource }: AdmissionAttributes): boolean =>
  plugin.operations.includes(operation) &&
  (plugin.resources?.includes(qualified(resource)) ?? true) &&
  (plugin.subresources?.includes(subresource) ?? true)

/** What kinds of requests the plug-ins were chosen for is remembered, up to this many. */
const MOST_REMEMBERED = 4096

/** Plug-ins in upstream's order. */
export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[]
  readonly #concerned = new Map<string, Concerned>()

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins
  }

  #of(attributes: AdmissionAttributes): Concerned {
    const { operation, resource, subresource } = attributes
    const key = `${operation} ${resource.resource}.${resource.group}/${subresource}`
    let found = this.#concerned.get(key)
    if (!found) {
      const plugins = this.#plugins.filter((plugin) => concerns(plugin, attributes))
      found = { admit: plugins.filter(({ admit }) => admit), validate: plugins.filter(({ validate }) => validate) }
      if (this.#concerned.size >= MOST_REMEMBERED) this.#concerned.clear()
      this.#concerned.set(key, found)
    }
    return found
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#of(attributes).admit) {
      const pending = plugin.admit?.(attributes)
      if (pending) await pending
    }
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#of(attributes).validate) {
      const pending = plugin.validate?.(attributes)
      if (pending) await pending
    }
  }
}

/** How upstream names an object whose own name may not be there yet. */
const shownName = ({ name, object }: AdmissionAttributes): string =>
  name || object?.metadata.name || object?.metadata.generateName || 'Unknown'

/** Upstream's NewForbidden: `pods "x" is forbidden: why`. */
export const refused = (attributes: AdmissionAttributes, why: string): StatusError => {
  const { group, resource } = attributes.resource
  return forbidden({ group, resource }, shownName(attributes), why)
}
