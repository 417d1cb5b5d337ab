// The types that a document's routes speak of, as OpenAPI schemas: made as they are referred to, with all that they need.
// Upstream: k8s.io/kube-openapi/pkg/generators (what a Go type says), builder and builder3 (how the two versions differ).
import type { DescribedType, Descriptions } from './descriptions.ts'
import type { FieldSchema, SchemaSet, TypeSchema } from './schema-set.ts'

export type Schema = Record<string, unknown>

/** Version 2 has no defaults, no oneOf, and lets other members stand beside a $ref. */
export type Form = 'v2' | 'v3'

const packages: Record<string, string> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  runtime: 'io.k8s.apimachinery.pkg.runtime',
  version: 'io.k8s.apimachinery.pkg.version',
  'api/resource': 'io.k8s.apimachinery.pkg.api.resource',
  'util/intstr': 'io.k8s.apimachinery.pkg.util.intstr',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
}

/** `core/v1.Pod` -> `io.k8s.api.core.v1.Pod`. */
const publishedName = (name: string): string => {
  const dot = name.lastIndexOf('.')
  const [pkg, type] = [name.slice(0, dot), name.slice(dot + 1)]
  if (packages[pkg]) return `${packages[pkg]}.${type}`
  const [group = '', ...rest] = pkg.split('/')
  return [packages[group] ?? `io.k8s.api.${group}`, ...rest, type].join('.')
}

const leaves: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  float: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  rawExtension: { type: 'object' },
  fieldsV1: { type: 'object' },
  any: {},
}

/** Leaves that the two versions write differently. */
const leavesOf: Readonly<Record<Form, Readonly<Record<string, Schema>>>> = {
  v2: { ...leaves, quantity: { type: 'string' }, intOrString: { type: 'string', format: 'int-or-string' } },
  v3: {
    ...leaves,
    quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
}

const UNNAMED = new Set(['string', 'bool', 'float', 'bytes', 'int', 'list', 'map'])
const zeroes: Readonly<Record<string, unknown>> = { string: '', bool: false, int: 0, float: 0, struct: {} }

const splitVersion = (groupVersion: string): { group: string; version: string } => {
  const slash = groupVersion.indexOf('/')
  return { group: groupVersion.slice(0, Math.max(0, slash)), version: groupVersion.slice(slash + 1) }
}

/** What markers say about how a list, map or struct merges, as extensions. */
const mergeExtensions = (markers: Readonly<Record<string, unknown>>): Schema => {
  const result: Schema = {}
  const mapType = markers['mapType'] ?? markers['structType']
  if (markers['listMapKeys']) result['x-kubernetes-list-map-keys'] = markers['listMapKeys']
  if (markers['listType']) result['x-kubernetes-list-type'] = markers['listType']
  if (mapType) result['x-kubernetes-map-type'] = mapType
  if (markers['patchMergeKey']) result['x-kubernetes-patch-merge-key'] = markers['patchMergeKey']
  if (markers['patchStrategy']) result['x-kubernetes-patch-strategy'] = markers['patchStrategy']
  return result
}

/** A union's discriminator and members: all fields but those marked otherwise. */
const unionExtension = (type: TypeSchema): Schema => {
  if (type.markers['union'] !== true) return {}
  const discriminator = type.fields.find(({ markers }) => markers['unionDiscriminator'] === true)
  const members = type.fields.filter((field) => field !== discriminator).map(({ name, goName }) => [name, goName] as const)
  return {
    'x-kubernetes-unions': [
      { ...(discriminator ? { discriminator: discriminator.name } : {}), 'fields-to-discriminateBy': Object.fromEntries(members) },
    ],
  }
}

export interface DefinitionSources {
  schemas: SchemaSet
  /** Types that are kinds of several group versions: published name to group versions. */
  sharedKinds: Readonly<Record<string, readonly string[]>>
  descriptions: Descriptions
}

/** The definitions of one document. */
export class Definitions {
  readonly #sources: DefinitionSources
  readonly #form: Form
  readonly #groupVersion: string | undefined
  readonly #prefix: string
  readonly #made: Record<string, Schema> = {}

  /** `groupVersion` narrows the kinds of types that many group versions share to its own and the core group's. */
  constructor(sources: DefinitionSources, form: Form, groupVersion?: string) {
    this.#sources = sources
    this.#groupVersion = groupVersion
    this.#form = form
    this.#prefix = form === 'v2' ? '#/definitions/' : '#/components/schemas/'
  }

  /** What was referred to, by name in order. */
  all(): Record<string, Schema> {
    return Object.fromEntries(Object.entries(this.#made).sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** The schema that a route's type notation stands for. */
  of(notation: string): Schema {
    return this.#of(this.#sources.schemas.type(notation))
  }

  #of(type: TypeSchema): Schema {
    if (type.kind === 'list') return { type: 'array', items: this.#element(type.element as TypeSchema) }
    if (type.kind === 'map') return { type: 'object', additionalProperties: this.#element(type.element as TypeSchema) }
    if (type.kind === 'int') return { type: 'integer', format: type.bits === 64 ? 'int64' : 'int32' }
    if (type.name !== '' && !UNNAMED.has(type.kind)) return this.#reference(type)
    const values = type.markers['enum']
    return values ? { ...leavesOf[this.#form][type.kind], enum: values } : { ...leavesOf[this.#form][type.kind] }
  }

  #reference(type: TypeSchema): Schema {
    const name = publishedName(type.name)
    if (!(name in this.#made)) {
      this.#made[name] = {}
      const described = this.#sources.descriptions.ofType(name)
      const body = type.kind === 'struct' ? this.#struct(type, described) : (leavesOf[this.#form][type.kind] as Schema)
      this.#made[name] = { ...(described?.text ? { description: described.text } : {}), ...body, ...this.#kinds(type, name) }
    }
    return { $ref: `${this.#prefix}${name}` }
  }

  #kinds(type: TypeSchema, name: string): Schema {
    const { schemas, sharedKinds } = this.#sources
    const own = type.kind === 'struct' ? schemas.kindsOf(type.name) : []
    const all = own.flatMap(({ groupVersion, kind }) =>
      this.#published(sharedKinds[name] ?? [groupVersion]).map((each) => ({ ...splitVersion(each), kind })),
    )
    return all.length === 0 ? {} : { 'x-kubernetes-group-version-kind': all.map(({ group, version, kind }) => ({ group, kind, version })) }
  }

  #published(groupVersions: readonly string[]): readonly string[] {
    const own = this.#groupVersion
    return own === undefined || groupVersions.length === 1 ? groupVersions : groupVersions.filter((each) => each === 'v1' || each === own)
  }

  #struct(type: TypeSchema, described: DescribedType | undefined): Schema {
    const properties: Record<string, Schema> = {}
    const required: string[] = []
    for (const field of [...type.fields].sort((a, b) => (a.name < b.name ? -1 : 1)))
      properties[field.name] = this.#property(field, field.markers['undescribed'] ? undefined : described?.fields[field.name])
    for (const field of type.fields)
      if (field.markers['required'] ?? !(field.omitEmpty || field.omitZero || field.markers['optional'])) required.push(field.name)
    return {
      type: 'object',
      ...(required.length > 0 ? { required } : {}),
      ...(type.fields.length > 0 ? { properties } : {}),
      ...mergeExtensions(type.markers),
      ...unionExtension(type),
    }
  }

  #element(type: TypeSchema): Schema {
    return this.#beside(this.#of(type), this.#default(zeroes[type.kind]))
  }

  #property(field: FieldSchema, description: string | undefined): Schema {
    const { type, markers, pointer, omitEmpty } = field
    const zero = pointer || (omitEmpty && type.kind !== 'struct') ? undefined : zeroes[type.kind]
    const schema = this.#of(type)
    return this.#beside(markers['undescribed'] ? schema : this.#asProperty(schema), {
      ...(description ? { description } : {}),
      ...this.#default(markers['default'] ?? zero),
      ...mergeExtensions({ ...(type.kind === 'struct' ? {} : type.markers), ...markers }),
    })
  }

  #default(value: unknown): Schema {
    return value === undefined || this.#form === 'v2' ? {} : { default: value }
  }

  /** In version 3 a property's $ref is wrapped where upstream has a description: it may not stand beside a $ref. */
  #asProperty(schema: Schema): Schema {
    return '$ref' in schema && this.#form === 'v3' ? { allOf: [schema] } : schema
  }

  /** Members beside a schema; a $ref of version 3 stands alone, inside an allOf. */
  #beside(schema: Schema, members: Schema): Schema {
    if (Object.keys(members).length === 0) return schema
    return '$ref' in schema && this.#form === 'v3' ? { allOf: [schema], ...members } : { ...schema, ...members }
  }
}
