// The admission chain: plug-ins that may change an object before it is checked, and refuse it after.
// Upstream: k8s.io/apiserver/pkg/admission.
import type { Frozen, GroupVersionKind, KubeObject } from '../../apimachinery/kube-object.ts'

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

export interface AdmissionAttributes {
  readonly operation: AdmissionOperation
  readonly resource: { group: string; version: string; resource: string }
  readonly subresource: string
  readonly kind: GroupVersionKind
  readonly name: string
  readonly namespace: string
  /** Changed in place by `admit`; undefined on deletes. */
  object: KubeObject | undefined
  readonly old: Frozen<KubeObject> | undefined
  readonly user: { name: string; groups: readonly string[] }
  readonly dryRun: boolean
  warn(text: string): void
}

export interface AdmissionPlugin {
  readonly name: string
  handles(attributes: AdmissionAttributes): boolean
  /** May change the object. Throws StatusError to refuse. */
  admit?(attributes: AdmissionAttributes): Promise<void>
  /** Throws StatusError to refuse. */
  validate?(attributes: AdmissionAttributes): Promise<void>
}

/** Plug-ins in upstream's order. */
export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[]

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins
  }

  get empty(): boolean {
    return this.#plugins.length === 0
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes)
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) if (plugin.validate && plugin.handles(attributes)) await plugin.validate(attributes)
  }
}
