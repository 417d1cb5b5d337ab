// What types, fields, operations and parameters mean, in upstream's words. None of it is committed: the texts are read from the
// installed @kubernetes/client-node, class by class as they are asked for, or from the one file that the build makes of it. The package
// says nothing of fields whose type is another definition, has no line breaks and no values of enums; the build takes types and fields
// from upstream's generated code instead, where Go has it. Without any of them there are no descriptions.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ApiRoute } from './api-route.ts'
import { generatedKey } from './generated-descriptions.ts'

export interface DescribedType {
  text: string
  fields: Readonly<Record<string, string>>
}

export interface DescribedOperation {
  text: string
  parameters: Readonly<Record<string, string>>
}

export interface Descriptions {
  /** By definition name: io.k8s.api.core.v1.Pod. */
  ofType(name: string): DescribedType | undefined
  ofOperation(route: Pick<ApiRoute, 'operationId' | 'tags'>): DescribedOperation | undefined
}

export const noDescriptions: Descriptions = { ofType: () => undefined, ofOperation: () => undefined }

/** Where texts come from: classes of types, and classes of operations. */
interface TextSource {
  type(className: string): DescribedType | undefined
  operations(className: string): Readonly<Record<string, DescribedOperation>> | undefined
  /** What upstream's code says of a type, by its definition name. */
  generated(name: string): DescribedType | undefined
}

/** The file that the build makes, beside the folder of the tables. */
const BUILT_FILE = 'descriptions.json'

interface BuiltTexts {
  types: Record<string, DescribedType>
  operations: Record<string, Record<string, DescribedOperation>>
  generated: Readonly<Record<string, DescribedType>>
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&#x60;': '`',
  '&#x3D;': '=',
}

/** The text of a doc comment: generated code escapes quotes, as JavaScript and as HTML. */
const plain = (comment: string): string =>
  comment
    .replaceAll(/\n\s*\*( |$)?/gm, '\n')
    .replaceAll(/\\(?=['"&])/g, '')
    .replaceAll(/&(?:quot|lt|gt|amp|#39|#x60|#x3D);/g, (entity) => entities[entity] as string)
    .trim()

/** A model's declarations and code: the code says what a renamed member's own name is. */
const parseType = (declarations: string, code: string): DescribedType => {
  const ownNames = new Map([...code.matchAll(/"name": "([^"]+)",\s+"baseName": "([^"]+)"/g)].map(([, name, own]) => [name, own]))
  const fields: Record<string, string> = {}
  for (const [, comment = '', name = ''] of declarations.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+'([^']+)'\??:/g))
    fields[ownNames.get(name) ?? name] = plain(comment)
  const [, text = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+export declare class/.exec(declarations) ?? []
  return { text: plain(text), fields }
}

const parseOperations = (declarations: string): Record<string, DescribedOperation> => {
  const operations: Record<string, DescribedOperation> = {}
  for (const [, comment = '', name = ''] of declarations.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\(/g)) {
    const [text = '', ...tags] = plain(comment).split(/\n@param /)
    const parameters: Record<string, string> = {}
    for (const tag of tags) {
      const [, parameter = '', meaning = ''] = /^(\w+) ?([\s\S]*)$/.exec(tag) ?? []
      if (meaning !== '') parameters[parameter.replace(/^_/, '')] = meaning.trim()
    }
    if (Object.keys(parameters).length > 0 || !operations[name]) operations[name] = { text: text.trim(), parameters }
  }
  return operations
}

/** The package's folder of generated code, if it is installed. */
const generatedFolder = (): string | undefined => {
  try {
    const folder = join(dirname(fileURLToPath(import.meta.resolve('@kubernetes/client-node'))), 'gen')
    return existsSync(folder) ? folder : undefined
  } catch {
    return undefined
  }
}

const packageSource = (folder: string): TextSource => {
  const file = (kind: string, name: string): string | undefined => {
    const path = join(folder, kind, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
  return {
    type: (className) => {
      const declarations = file('models', `${className}.d.ts`)
      return declarations === undefined ? undefined : parseType(declarations, file('models', `${className}.js`) ?? '')
    },
    operations: (className) => {
      const declarations = file('apis', `${className}.d.ts`)
      return declarations === undefined ? undefined : parseOperations(declarations)
    },
    generated: () => undefined,
  }
}

const builtSource = (path: string): TextSource => {
  const { types, operations, generated } = JSON.parse(readFileSync(path, 'utf8')) as BuiltTexts
  return {
    type: (className) => types[className],
    operations: (className) => operations[className],
    generated: (name) => generated[generatedKey(name)],
  }
}

/** Everything there is to say, as the text of the file the build keeps: types as upstream's code has them if it is given. */
export const builtDescriptions = (generated?: BuiltTexts['generated']): { file: string; text: string } | undefined => {
  const folder = generatedFolder()
  if (folder === undefined) return undefined
  const source = packageSource(folder)
  const classes = (kind: string): string[] =>
    readdirSync(join(folder, kind)).flatMap((name) => (name.endsWith('.d.ts') ? [name.slice(0, -'.d.ts'.length)] : []))
  const all = <T>(kind: string, read: (className: string) => T): [string, T][] => classes(kind).map((name) => [name, read(name)])
  const texts = {
    types: generated ? {} : Object.fromEntries(all('models', (name) => source.type(name))),
    operations: Object.fromEntries(all('apis', (name) => source.operations(name))),
    generated: generated ?? {},
  }
  return { file: BUILT_FILE, text: JSON.stringify(texts) }
}

const describedBy = (source: TextSource): Descriptions => {
  const operations = new Map<string, Readonly<Record<string, DescribedOperation>> | undefined>()
  const operationsOf = (className: string): Readonly<Record<string, DescribedOperation>> | undefined => {
    if (!operations.has(className)) operations.set(className, source.operations(className))
    return operations.get(className)
  }
  return {
    ofType: (name) => {
      const [type = '', version = '', group = ''] = name.split('.').reverse()
      const short = `${capitalized(version)}${type}`
      // A class carries its group where two groups have a type of that name.
      return source.generated(name) ?? source.type(`${capitalized(group)}${short}`) ?? source.type(short)
    },
    ofOperation: ({ operationId, tags }) => {
      const place = (tags[0] ?? '').split('_').map(capitalized).join('')
      const known = operationsOf(`${place}Api`)
      const name = operationId.replace(place, '')
      if (!name.startsWith('watch')) return known?.[name]
      // The package has no watches of their own; their parameters are those of lists.
      const list = known?.[name.replace(/^watch/, 'list').replace(/List(?=$|ForAll)/, '')]
      return list && { text: '', parameters: list.parameters }
    },
  }
}

/** What there is to describe the types of a folder of tables with. Reads nothing but the built file, if there is one. */
export const loadDescriptions = (tables: string): Descriptions => {
  const built = join(tables, '..', BUILT_FILE)
  if (existsSync(built)) return describedBy(builtSource(built))
  const folder = generatedFolder()
  return folder === undefined ? noDescriptions : describedBy(packageSource(folder))
}
