// JSON patch, RFC 6902, as upstream's library has it: negative indices count from the end. Upstream: gopkg.in/evanphx/json-patch.v4.
import { JsonSyntaxError, scanJson } from '../../apimachinery/json-scan.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import { cloneTree, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { sortedTree } from '../../apimachinery/sorted-tree.ts'
import { repeatedNames } from './patch-object.ts'
import { goTypeOf, PatchNotApplicable, PatchSyntaxError, PatchTooLarge, type PatchType } from './patch-type.ts'
import { sortedWhere, textWithSorted } from './patched-text.ts'

const MAX_OPERATIONS = 10_000
const MEMBERS = new Set(['op', 'path', 'from', 'value'])

interface Document {
  root: Value
  /** What operations looked into: upstream shows these maps with sorted members, wherever they stand in the end. */
  readonly apart: Set<Value>
}

interface Operation {
  op: string
  path: string
  from: string
  value: Value | undefined
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

/** The container of a path's last part, and that part. Throws when a part of the way is missing. */
const locate = ({ root, apart }: Document, path: string, what: string): { container: ValueMap | Value[]; key: string } => {
  const missing = new PatchNotApplicable(`${what} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  const parts = path.split('/').slice(1).map(unescaped)
  if (parts.length === 0) throw missing
  const key = parts.pop() as string
  let container: Value | undefined = root
  for (const part of parts) {
    container = child(container, part)
    if (container !== undefined) apart.add(container)
  }
  if (typeof container !== 'object' || container === null) throw missing
  return { container, key }
}

const child = (container: Value | undefined, key: string): Value | undefined => {
  if (typeof container !== 'object' || container === null) return undefined
  if (Array.isArray(container)) return /^-?\d+$/.test(key) ? container.at(Number(key)) : undefined
  return Object.hasOwn(container, key) ? container[key] : undefined
}

const indexIn = (list: readonly Value[], key: string, what: string, most: number): number => {
  const index = Number(key)
  const bad = (why: string): PatchNotApplicable => new PatchNotApplicable(`${what} operation does not apply: ${why}`)
  if (!/^-?\d+$/.test(key)) throw bad(`value was not a proper array index: ${JSON.stringify(key)}`)
  if (index > most || index < -list.length) throw bad(`Unable to access invalid index: ${key}: invalid index referenced`)
  return index < 0 ? index + list.length : index
}

/** Where an added element goes; negative places count from the place behind the last. */
const placeIn = (list: readonly Value[], key: string, what: string): number => indexIn([...list, null], key, what, list.length)

const add = (document: Document, path: string, value: Value, what = 'add'): void => {
  const { container, key } = locate(document, path, what)
  if (!Array.isArray(container)) setMember(container, key, value)
  else if (key === '-') container.push(value)
  else container.splice(placeIn(container, key, what), 0, value)
}

const missingKey = (what: string, path: string): PatchNotApplicable =>
  new PatchNotApplicable(`${what} operation does not apply: doc is missing key: ${path}: missing value`)

const remove = (document: Document, path: string, what = 'remove'): Value => {
  const { container, key } = locate(document, path, what)
  if (Array.isArray(container)) return container.splice(indexIn(container, key, what, container.length - 1), 1)[0] as Value
  if (!Object.hasOwn(container, key)) throw missingKey(what, path)
  const value = container[key] as Value
  delete container[key]
  return value
}

const replace = (document: Document, path: string, value: Value): void => {
  const { container, key } = locate(document, path, 'replace')
  if (Array.isArray(container)) container[indexIn(container, key, 'replace', container.length - 1)] = value
  else setMember(container, key, value)
}

/** A comparison looks into all of both. */
const takeApart = (value: Value | undefined, apart: Set<Value>): void => {
  if (typeof value !== 'object' || value === null) return
  apart.add(value)
  for (const below of Object.values(value)) takeApart(below, apart)
}

const check = (document: Document, { path, value }: Operation): void => {
  const { container, key } = path === '' ? { container: [document.root], key: '0' } : locate(document, path, 'test')
  if (Array.isArray(container)) indexIn(container, key, 'test', container.length - 1)
  const found = child(container, key)
  // Members in any order are equal.
  if (writeJson(sortedTree(found)) !== writeJson(sortedTree(value)))
    throw new PatchNotApplicable(`testing value ${path} failed: test failed`)
  takeApart(found, document.apart)
}

const perform = (document: Document, operation: Operation): void => {
  const { op, path, from, value = null } = operation
  if (path === '' && op === 'replace') {
    if (typeof value !== 'object' || value === null) throw new PatchNotApplicable('replace operation value must be object or array')
    document.root = cloneTree<Value>(value)
    return
  }
  switch (op) {
    case 'add':
      return add(document, path, cloneTree<Value>(value))
    case 'remove':
      return void remove(document, path)
    case 'replace':
      return replace(document, path, cloneTree<Value>(value))
    case 'move':
      return add(document, path, remove(document, from, 'move'), 'move')
    case 'copy': {
      const { container, key } = locate(document, from, 'copy')
      if (Array.isArray(container)) indexIn(container, key, 'copy', container.length - 1)
      return add(document, path, cloneTree<Value>(sortedWhere(child(container, key) ?? null, document.apart)), 'copy')
    }
    case 'test':
      return check(document, operation)
    default:
      throw new PatchNotApplicable(`Unexpected kind: ${op}`)
  }
}

const read = (value: Value, strict: Set<string>, index: number): Operation => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PatchSyntaxError(`error decoding patch: json: cannot unmarshal ${goTypeOf(value)} into Go value of type handlers.jsonPatchOp`)
  }
  for (const member of Object.keys(value)) if (!MEMBERS.has(member)) strict.add(`json patch unknown field "[${index}].${member}"`)
  for (const member of ['op', 'path', 'from']) {
    const found = value[member]
    if (found !== undefined && found !== null && typeof found !== 'string') {
      throw new PatchSyntaxError(
        `error decoding patch: json: cannot unmarshal ${goTypeOf(found)} into Go struct field jsonPatchOp.${member} of type string`,
      )
    }
  }
  return {
    op: (value['op'] ?? '') as string,
    path: (value['path'] ?? '') as string,
    from: (value['from'] ?? '') as string,
    value: value['value'],
  }
}

export const jsonPatch: PatchType = {
  mediaType: 'application/json-patch+json',
  parse: (text) => {
    const { value, duplicates } = scan(text)
    if (!Array.isArray(value))
      throw new PatchSyntaxError(
        `error decoding patch: json: cannot unmarshal ${goTypeOf(value)} into Go value of type []handlers.jsonPatchOp`,
      )
    const strict = new Set<string>()
    const operations = value.map((entry, index) => {
      for (const member of repeatedNames(duplicates.get(entry as ValueMap))) strict.add(`json patch duplicate field "[${index}].${member}"`)
      return read(entry, strict, index)
    })
    if (operations.length > MAX_OPERATIONS)
      throw new PatchTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`)
    return {
      strictErrors: [...strict],
      apply: (current) => {
        const document: Document = { root: current as Value, apart: new Set() }
        for (const operation of operations) perform(document, operation)
        // Upstream takes the root apart whatever is asked of it.
        document.apart.add(document.root)
        return { value: document.root, shown: () => textWithSorted(document.root, document.apart), checksKind: true }
      },
    }
  },
}

/** JSON of a patch; syntax errors become the patch's. */
const scan = (text: string): ReturnType<typeof scanJson> => {
  try {
    return scanJson(text, 'Go struct field jsonPatchOp.value')
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new PatchSyntaxError(`error decoding patch: ${error.message}`)
    throw error
  }
}
