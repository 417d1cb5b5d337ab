// Names of resources and objects, and the paths they have.
import type { KubeObject } from '../apimachinery/kube-object.ts'

/** What a request is for; discovery gives it, or a constant. */
export interface ApiResource {
  readonly group: string
  readonly version: string
  /** The plural: `pods`. */
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
}

export interface ObjectName {
  readonly namespace?: string | undefined
  readonly name: string
}

type Query = Readonly<Record<string, string | undefined>>

/** The path of a collection, an object or its subresource. */
export const resourcePath = (
  { group, version, resource, namespaced }: ApiResource,
  parts: { namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined },
  query: Query = {},
): string => {
  const steps = group === '' ? ['api', version] : ['apis', group, version]
  if (namespaced && parts.namespace) steps.push('namespaces', parts.namespace)
  steps.push(resource)
  if (parts.name) steps.push(parts.name)
  const path = `/${[...steps].map(encodeURIComponent).join('/')}${parts.subresource ? `/${parts.subresource}` : ''}`
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** `namespace/name`, or the name alone where there is no namespace. */
export const keyOf = ({ metadata: { namespace, name = '' } }: KubeObject): string => (namespace ? `${namespace}/${name}` : name)

/** One text for a resource: `pods`, `deployments.apps/v1`. */
export const resourceId = ({ group, version, resource }: ApiResource): string =>
  group === '' ? `${resource}/${version}` : `${resource}.${group}/${version}`
