// The published test data of k8s.io/api through our codec: every kind's JSON, YAML and protobuf must give the same object, and it must be
// written back byte by byte in protobuf and value by value in JSON. Run by `make golden` with the folder of the data, never by the tests.
// Upstream: k8s.io/apimachinery/pkg/api/apitesting/roundtrip/compatibility.go.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalValues } from '../../apimachinery/equal-values.ts'
import { parseJson } from '../../apimachinery/json-parse.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { SchemaSet, type TypeSchema } from '../../openapi/schema-set.ts'
import { canonical } from '../codec/canonical.ts'
import { openEnvelope, readMessage } from '../codec/protobuf-reader.ts'
import { writeEnvelope, writeMessage } from '../codec/protobuf-writer.ts'
import { readYaml } from '../codec/yaml-reader.ts'

const schemas = new SchemaSet(join(import.meta.dirname, '../../openapi/v1.36'))

/** Kinds that no resource serves: they are not in the tables, or travel without an object's form. */
const OUTSIDE = /^(admission|imagepolicy|apidiscovery)\.|\.(WatchEvent|APIGroup|APIVersions)$/

const packages: Readonly<Record<string, string>> = {
  'rbac.authorization.k8s.io': 'rbac',
  'flowcontrol.apiserver.k8s.io': 'flowcontrol',
  'internal.apiserver.k8s.io': 'apiserverinternal',
}

const typeOf = (name: string): TypeSchema | undefined => {
  const [, group = '', version, kind] = /^(.+)\.(v\d\w*)\.(\w+)$/.exec(name) ?? []
  for (const pkg of [packages[group] ?? (group.split('.')[0] as string), 'meta']) {
    try {
      const type = schemas.type(`${pkg}/${version}.${kind}`)
      if (type.fields.length > 0) return type
    } catch {
      // Not in this package's table.
    }
  }
  return undefined
}

const withoutType = (value: Value): ValueMap => {
  const { kind: _, apiVersion: __, ...rest } = value as ValueMap
  return rest
}

/** What is wrong with one kind's files; empty when nothing is. */
const faults = (folder: string, name: string, type: TypeSchema): string[] => {
  const file = (ending: string): Buffer => readFileSync(join(folder, `${name}.${ending}`))
  const after = (ending: string): Buffer => {
    const path = join(folder, `${name}.after_roundtrip.${ending}`)
    return existsSync(path) ? readFileSync(path) : file(ending)
  }
  const json = (bytes: Buffer): ValueMap => parseJson(bytes.toString('utf8'), false).value as ValueMap
  const { apiVersion, kind } = json(file('json')) as { apiVersion: string; kind: string }
  const expected = withoutType(json(after('json')))
  const found: string[] = []
  const inputs: Record<string, () => Value> = {
    json: () => json(file('json')),
    yaml: () => readYaml(file('yaml').toString('utf8')).value,
    pb: () => readMessage(type, openEnvelope(file('pb')).raw),
  }
  for (const [input, read] of Object.entries(inputs)) {
    const object = canonical(type, read(), { unknown: 0 }) as ValueMap
    if (!equalValues(withoutType(object), expected)) found.push(`${name} from ${input} is another object`)
    if (!writeEnvelope(apiVersion, kind, writeMessage(type, object)).equals(after('pb')))
      found.push(`${name} from ${input} has other bytes`)
  }
  return found
}

let [passed, failed, outside] = [0, 0, 0]
for (const folder of process.argv.slice(2)) {
  for (const entry of readdirSync(folder)) {
    if (!entry.endsWith('.json') || entry.includes('.after_roundtrip.')) continue
    const name = entry.slice(0, -'.json'.length)
    const type = typeOf(name)
    if (OUTSIDE.test(name) || (!type && !folder.endsWith('HEAD'))) outside++
    else if (!type) {
      failed++
      console.log(`${name}: no such type in the tables`)
    } else {
      const found = faults(folder, name, type)
      for (const fault of found) console.log(fault)
      if (found.length > 0) failed++
      else passed++
    }
  }
}
console.log(`golden files: ${passed} kinds passed, ${failed} failed, ${outside} outside the tables`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
