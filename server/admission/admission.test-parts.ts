// A cluster for tests of plug-ins: objects by resource in plain lists, and the requests that are admitted.
import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import { type AdmissionAttributes, AdmissionChain, type AdmissionPlugin } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'

export type Objects = Readonly<Record<string, readonly object[]>>

const found = (objects: Objects, group: string, plural: string): Frozen<KubeObject>[] =>
  (objects[group === '' ? plural : `${plural}.${group}`] ?? []) as Frozen<KubeObject>[]

/** `objects` by `plural` or `plural.group`; nobody but system:masters may do anything. */
export const testParts = (objects: Objects = {}, own: Partial<AdmissionParts> = {}): AdmissionParts => ({
  clock: { now: () => 0 },
  random: { uuid: () => 'u', below: () => 0 },
  namespaceState: () => 'active',
  tolerationSeconds: { notReady: 300, unreachable: 300 },
  prepared: (group, plural, prepare) => ({
    get: (namespace, name) => {
      const object = found(objects, group, plural).find(
        ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
      )
      return object && prepare(object)
    },
    list: (namespace) =>
      found(objects, group, plural)
        .filter(({ metadata }) => namespace === '' || metadata.namespace === namespace)
        .map(prepare),
  }),
  authorize: async ({ groups }) => ({ allowed: groups.includes('system:masters'), reason: '' }),
  resourceOf: (_group, _version, kind) => (kind === 'Lost' ? undefined : { resource: `${kind.toLowerCase()}s`, namespaced: true }),
  organizationsOf: async () => ['system:masters'],
  writeQuotaUsage: async () => undefined,
  createNamespace: async () => undefined,
  podsIn: (namespace) =>
    found(objects, '', 'pods')
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map((pod) => () => pod),
  ...own,
})

export type Asked = Partial<Omit<AdmissionAttributes, 'object' | 'old'>> & { object?: object; old?: object }

export const attributesOf = ({ object, old, ...asked }: Asked): AdmissionAttributes => ({
  operation: 'CREATE',
  resource: { group: '', version: 'v1', resource: 'pods' },
  kind: { group: '', version: 'v1', kind: 'Pod' },
  subresource: '',
  name: 'x',
  namespace: 'n',
  user: { name: 'u', groups: [] },
  dryRun: false,
  warn: () => undefined,
  ...asked,
  object: object as KubeObject | undefined,
  old: old as Frozen<KubeObject> | undefined,
})

/** Admits and validates; tells `admitted`, or the refusal's code and message. */
export const admitted = async (plugin: AdmissionPlugin, attributes: AdmissionAttributes): Promise<string> => {
  const chain = new AdmissionChain([plugin])
  try {
    await chain.admit(attributes)
    await chain.validate(attributes)
    return 'admitted'
  } catch (error) {
    return error instanceof StatusError ? `${error.code} ${error.message}` : String(error)
  }
}
