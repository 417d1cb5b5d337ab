// What plug-ins ask of the cluster: made by the composition root, from the watch caches, the authorizers and the write path.
import type { Clock } from '../../apimachinery/clock.ts'
import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import type { Random } from '../../apimachinery/random.ts'
import type { AdmissionUser } from './admission.ts'
import type { NamespaceState } from './namespace-lifecycle.ts'

/** Objects of one kind, each in the form that its reader made of it once and that is kept as long as the object stays as it is. */
export interface Prepared<T> {
  /** `namespace` is '' for kinds of the whole cluster. */
  get(namespace: string, name: string): T | undefined
  /** Of a namespace, or all for ''. In order of their names. */
  list(namespace: string): readonly T[]
}

export interface AccessQuestion {
  verb: string
  group: string
  version: string
  resource: string
  subresource: string
  namespace: string
  name: string
}

export interface AdmissionParts {
  readonly clock: Clock
  readonly random: Random
  namespaceState: NamespaceState
  /** A view of a kind's objects in a form of its own. */
  prepared<T>(group: string, plural: string, prepare: (object: Frozen<KubeObject>) => T): Prepared<T>
  authorize(user: AdmissionUser, question: AccessQuestion): Promise<{ allowed: boolean; reason: string }>
  /** What a kind's resource is called, and whether its objects are namespaced; undefined where no such kind is served. */
  resourceOf(group: string, version: string, kind: string): { resource: string; namespaced: boolean } | undefined
  /** Organizations that a certificate request (PEM in base64) asks to be in, or what is wrong with it. */
  organizationsOf(request: string): Promise<readonly string[] | { error: string }>
  /** Writes what is used of a quota, if it still is at the revision. Throws StatusError when it is not. */
  writeQuotaUsage(namespace: string, name: string, resourceVersion: string, used: Readonly<Record<string, string>>): Promise<void>
  createNamespace(name: string): Promise<void>
  /** A namespace's pods, each read when asked for. */
  podsIn(namespace: string): readonly (() => Frozen<KubeObject>)[]
  /** Flags of single plug-ins. */
  readonly tolerationSeconds: { readonly notReady: number; readonly unreachable: number }
}
