// The types of one Kubernetes minor, from the tables beside this file: what fields a type has, in Go's order, and how each is written.
// Tables are read per package, on first use. Knows no object and no request. Upstream: k8s.io/api's Go types, through openapi/facts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiVersionOf } from '../apimachinery/kube-object.ts'

export type TypeKind =
  | 'struct'
  | 'list'
  | 'map'
  | 'string'
  | 'bool'
  | 'int'
  | 'float'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'quantity'
  | 'intOrString'
  | 'rawExtension'
  | 'fieldsV1'
  | 'any'

/** One type. `goName` is how Go's errors print it, `name` its short table name ('' for unnamed ones). */
export interface TypeSchema {
  readonly kind: TypeKind
  readonly name: string
  readonly goName: string
  /** For int and uint kinds. */
  readonly bits: number
  readonly unsigned: boolean
  readonly element: TypeSchema | undefined
  /** A struct's members with embedded ones flattened, in Go's order. */
  readonly fields: readonly FieldSchema[]
  readonly byName: ReadonlyMap<string, FieldSchema>
  /** A struct's fields that are always written. */
  readonly always: readonly FieldSchema[]
  /** A struct's fields as declared, by protobuf number; embedded ones are messages there. */
  readonly byNumber: ReadonlyMap<number, FieldSchema>
  readonly markers: Readonly<Record<string, unknown>>
}

export interface FieldSchema {
  readonly name: string
  readonly goName: string
  /** Place in Go's order. */
  readonly index: number
  readonly type: TypeSchema
  readonly pointer: boolean
  /** Left out when empty in Go's sense: '', 0, false, nil, no elements. */
  readonly omitEmpty: boolean
  /** Left out when the struct is zero. */
  readonly omitZero: boolean
  /** Stands in JSON even when nobody set it. */
  readonly alwaysWritten: boolean
  /** Some values of it are left out: see omitEmpty and omitZero. Pointers to them never are. */
  readonly mayBeLeftOut: boolean
  readonly inline: boolean
  /** Go names of the embedded structs a flattened field came out of, outermost first. */
  readonly embeddedIn: readonly string[]
  readonly number: number
  readonly markers: Readonly<Record<string, unknown>>
}

type Row = [
  name: string,
  goName: string,
  type: string,
  omit: 'never' | 'empty' | 'zero' | 'both',
  number: number,
  wire: string,
  extras?: Record<string, unknown>,
]
interface Table {
  groupVersion: string
  kinds: Record<string, string>
  named: Record<string, string>
  markers: Record<string, Record<string, unknown>>
  structs: Record<string, Row[]>
}

const scalars: Record<string, [kind: TypeKind, bits: number, unsigned: boolean]> = {
  string: ['string', 0, false],
  bool: ['bool', 0, false],
  int: ['int', 64, false],
  int16: ['int', 16, false],
  int32: ['int', 32, false],
  int64: ['int', 64, false],
  uint8: ['int', 8, true],
  uint32: ['int', 32, true],
  uint64: ['int', 64, true],
  float64: ['float', 64, false],
  '[]byte': ['bytes', 0, false],
  any: ['any', 0, false],
}

const opaque: Record<string, TypeKind> = {
  'meta/v1.Time': 'time',
  'meta/v1.MicroTime': 'microTime',
  'meta/v1.Duration': 'duration',
  'meta/v1.FieldsV1': 'fieldsV1',
  'api/resource.Quantity': 'quantity',
  'util/intstr.IntOrString': 'intOrString',
  'runtime.RawExtension': 'rawExtension',
}

/** Types that are structs in Go: omitempty never leaves them out. */
export const goStructs: ReadonlySet<TypeKind> = new Set(['struct', ...Object.values(opaque)])

const NO_MARKERS = {}

class LazyType implements TypeSchema {
  readonly kind: TypeKind
  readonly name: string
  readonly goName: string
  readonly bits: number
  readonly unsigned: boolean
  readonly element: TypeSchema | undefined
  readonly markers: Readonly<Record<string, unknown>>
  readonly #declared: () => FieldSchema[]
  #fields: readonly FieldSchema[] | undefined
  #byName: Map<string, FieldSchema> | undefined
  #byNumber: Map<number, FieldSchema> | undefined
  #always: readonly FieldSchema[] | undefined

  constructor(
    kind: TypeKind,
    options: Partial<Pick<TypeSchema, 'name' | 'goName' | 'bits' | 'unsigned' | 'element' | 'markers'>>,
    declared: () => FieldSchema[],
  ) {
    this.kind = kind
    this.name = options.name ?? ''
    this.goName = options.goName ?? ''
    this.bits = options.bits ?? 0
    this.unsigned = options.unsigned ?? false
    this.element = options.element
    this.markers = options.markers ?? NO_MARKERS
    this.#declared = declared
  }

  get fields(): readonly FieldSchema[] {
    this.#fields ??= this.#declared()
      .flatMap((field) =>
        field.inline ? field.type.fields.map((inner) => ({ ...inner, embeddedIn: [field.goName, ...inner.embeddedIn] })) : [field],
      )
      .map((field, index) => ({ ...field, index }))
    return this.#fields
  }

  get byName(): ReadonlyMap<string, FieldSchema> {
    this.#byName ??= new Map(this.fields.map((field) => [field.name, field]))
    return this.#byName
  }

  get always(): readonly FieldSchema[] {
    this.#always ??= this.fields.filter((field) => field.alwaysWritten)
    return this.#always
  }

  get byNumber(): ReadonlyMap<number, FieldSchema> {
    this.#byNumber ??= new Map(this.#declared().map((field) => [field.number, field]))
    return this.#byNumber
  }
}

/** The notation of a kind's type: `core/v1.Pod` for Pod of the core group's v1. */
export const kindNotation = ({ group, version, kind }: { group: string; version: string; kind: string }): string =>
  `${group === '' ? 'core' : group.split('.')[0]}/${version}.${kind}`

/** All types of a minor. */
export class SchemaSet {
  /** Where the tables are. */
  readonly folder: string
  readonly #tables = new Map<string, Table>()
  readonly #types = new Map<string, TypeSchema>()

  /** `folder` holds types/ and resources.json, for example openapi/v1.36. */
  constructor(folder: string) {
    this.folder = folder
  }

  /** The type of a notation: `core/v1.Pod`, `[]string`, `map[string]core/v1.Container`. Throws for an unknown name. */
  type(notation: string): TypeSchema {
    const known = this.#types.get(notation)
    if (known) return known
    const made = this.#make(notation)
    this.#types.set(notation, made)
    return made
  }

  /** The group versions and kind that objects of a named type carry; empty where the type is no kind. */
  kindsOf(name: string): { groupVersion: string; kind: string }[] {
    const dot = name.lastIndexOf('.')
    const table = this.#table(name.slice(0, dot))
    const short = name.slice(dot + 1)
    return Object.entries(table.kinds).flatMap(([kind, type]) => (type === short ? [{ groupVersion: table.groupVersion, kind }] : []))
  }

  /** Whether upstream has a kind, whatever versions of it are served. */
  knows(kind: { group: string; version: string; kind: string }): boolean {
    const notation = kindNotation(kind)
    const pkg = notation.slice(0, notation.length - kind.kind.length - 1)
    if (!/^[a-z]+\/v\d\w*$/.test(pkg) || !existsSync(this.#path(pkg))) return false
    const { groupVersion, kinds } = this.#table(pkg)
    return groupVersion === apiVersionOf(kind.group, kind.version) && Object.hasOwn(kinds, kind.kind)
  }

  #path(pkg: string): string {
    return join(this.folder, 'types', `${pkg.replaceAll('/', '.')}.json`)
  }

  #table(pkg: string): Table {
    let table = this.#tables.get(pkg)
    if (!table) {
      table = JSON.parse(readFileSync(this.#path(pkg), 'utf8')) as Table
      this.#tables.set(pkg, table)
    }
    return table
  }

  #make(notation: string): TypeSchema {
    if (notation.startsWith('*')) return this.type(notation.slice(1))
    const scalar = scalars[notation]
    if (scalar) return leaf(scalar[0], { goName: notation === '[]byte' ? '[]uint8' : notation, bits: scalar[1], unsigned: scalar[2] })
    if (notation.startsWith('[]')) {
      const element = this.type(notation.slice(2))
      return leaf('list', { goName: `[]${notation[2] === '*' ? '*' : ''}${element.goName}`, element })
    }
    if (notation.startsWith('map[')) {
      const end = notation.indexOf(']')
      const element = this.type(notation.slice(end + 1))
      return leaf('map', { goName: `map[${this.type(notation.slice(4, end)).goName}]${element.goName}`, element })
    }
    return this.#named(notation)
  }

  #named(name: string): TypeSchema {
    const dot = name.lastIndexOf('.')
    const pkg = name.slice(0, dot)
    const short = name.slice(dot + 1)
    const goName = `${pkg.slice(pkg.lastIndexOf('/') + 1)}.${short}`
    const table = this.#table(pkg)
    const markers = table.markers[short] ?? NO_MARKERS
    const underlying = table.named[short]
    if (underlying === 'opaque') return leaf(opaque[name] ?? 'any', { name, goName, markers })
    if (underlying !== undefined) {
      const { kind, bits, unsigned, element } = this.type(underlying)
      return leaf(kind, { name, goName, bits, unsigned, element, markers })
    }
    const rows = table.structs[short]
    if (!rows) throw new Error(`no type ${name} in the tables`)
    return new LazyType('struct', { name, goName, markers }, () => rows.map((row) => this.#field(row)))
  }

  #field([name, goName, notation, omit, number, , extras]: Row): FieldSchema {
    const type = this.type(notation)
    const pointer = notation.startsWith('*')
    const omitEmpty = omit === 'empty' || omit === 'both'
    const omitZero = omit === 'zero' || omit === 'both'
    return {
      name,
      goName,
      number,
      index: 0,
      type,
      pointer,
      inline: name === '',
      embeddedIn: [],
      omitEmpty,
      omitZero,
      alwaysWritten: !omitZero && (!omitEmpty || (!pointer && goStructs.has(type.kind))),
      mayBeLeftOut: !pointer && (omitZero || (omitEmpty && !goStructs.has(type.kind))),
      markers: extras ?? NO_MARKERS,
    }
  }
}

const leaf = (kind: TypeKind, options: ConstructorParameters<typeof LazyType>[1]): TypeSchema => new LazyType(kind, options, () => [])
