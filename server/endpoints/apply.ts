// A configuration as a client applies it: YAML, or JSON, which is the same to upstream. Upstream: endpoints/handlers/patch.go applyPatcher.
import { parseJson } from '../../apimachinery/json-parse.ts'
import { apiVersionOf, cloneTree, isMap, type KubeObject, type ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest } from '../../apimachinery/status-error.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { canonical } from '../codec/canonical.ts'
import { diagnose } from '../codec/diagnosis.ts'
import { TypeMismatch } from '../codec/leaves.ts'
import { readYaml, warningsOf, YamlError } from '../codec/yaml-reader.ts'
import { conversionFault, inConverterWords } from '../patch/conversion-fault.ts'
import { goTypeOf } from '../patch/patch-type.ts'
import { type ApplyTarget, Unconvertible } from '../registry/applied-object.ts'
import type { WriteOptions } from './options.ts'
import { requestApiVersion, type Scope } from './scope.ts'

export const APPLY_TYPE = 'application/apply-patch+yaml'

export interface Configuration {
  value: ValueMap
  /** Says what stood twice, as field validation asks; upstream does so only after the configuration was applied. Throws StatusError. */
  tellRepeated(): void
}

interface Parsed {
  value: unknown
  strictErrors: readonly string[]
}

/** JSON is read as such where YAML would find the same in it; what it finds wrong is YAML's to say. */
const parsed = (text: string): Parsed => {
  if (text.startsWith('{')) {
    try {
      const { value, duplicates } = parseJson(text, true)
      if (!duplicates) return { value, strictErrors: [] }
    } catch {
      // Below.
    }
  }
  return readYaml(text)
}

/** Reads what was sent. Throws StatusError. */
export const readConfiguration = (body: Buffer, { fieldValidation }: WriteOptions, warn: (text: string) => void): Configuration => {
  const failed = (why: string) => badRequest(`error decoding YAML: ${why}`)
  try {
    const { value, strictErrors } = parsed(body.toString('utf8').toWellFormed())
    const map = value ?? {}
    if (!isMap(map as ValueMap))
      throw failed(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goTypeOf(map as ValueMap)} into Go value of type map[string]interface {}`,
      )
    const tellRepeated = (): void => {
      for (const error of strictErrors) {
        if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${error}`)
        if (fieldValidation === 'Warn') for (const warning of warningsOf(error)) warn(warning)
      }
    }
    return { value: map as ValueMap, tellRepeated }
  } catch (error) {
    if (error instanceof YamlError) throw failed(`error converting YAML to JSON: ${error.message}`)
    throw error
  }
}

/** A merged tree as an object of its type, sharing nothing with it. Throws Unconvertible. */
const objectOf = (schema: TypeSchema, tree: ValueMap, shownKind: string): KubeObject => {
  const unfit = (why: string) => new Unconvertible(`unable to convert unstructured object to ${shownKind}: ${why}`)
  const fault = conversionFault(schema, tree)
  if (fault !== undefined) throw unfit(fault)
  const own = cloneTree<ValueMap>(tree)
  try {
    return canonical(schema, own, { unknown: 0, anyOrder: true }) as unknown as KubeObject
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error
    throw unfit(inConverterWords(diagnose(schema, own, undefined).typeError ?? error.message))
  }
}

type Kind = Pick<ApplyTarget, 'group' | 'version' | 'kind' | 'schema'>

/** A kind of which there is one version only: a subresource's own. */
export const applyTargetOf = (kind: Kind, subresource: string): ApplyTarget => ({
  group: kind.group,
  version: kind.version,
  kind: kind.kind,
  schema: kind.schema,
  subresource,
  resetFields: [],
  convert: () => undefined,
  objectOf: (tree) => objectOf(kind.schema, tree, `${kind.group}/${kind.version}, Kind=${kind.kind}`),
})

/** What a request's configuration is applied to. */
export const applyTarget = (scope: Scope, resetFields: ApplyTarget['resetFields'], seen: (tree: ValueMap) => void): ApplyTarget => {
  const { definition, version, context, parts } = scope
  const { group, versions } = definition
  const ofVersion = applyTargetOf({ group, version: version.name, kind: version.kind, schema: version.schema }, context.info.subresource)
  const own = requestApiVersion(scope)
  return {
    ...ofVersion,
    resetFields,
    ...(definition.conversionFault ? { conversionFault: definition.conversionFault } : {}),
    objectOf: (tree) => {
      seen(tree)
      return { ...ofVersion.objectOf(tree), kind: version.kind, apiVersion: own }
    },
    convert: (tree, apiVersion) => {
      const versionOf = (text: unknown) => versions.find(({ name }) => apiVersionOf(group, name) === text)
      const [from, to] = [versionOf(tree['apiVersion']), versionOf(apiVersion)]
      if (!from || !to) return undefined
      if (from === to) return { object: tree as unknown as KubeObject, schema: to.schema }
      const object = objectOf(from.schema, tree, `${group}/${from.name}, Kind=${from.kind}`)
      const identified = { ...object, kind: from.kind, apiVersion: apiVersionOf(group, from.name) }
      return { object: parts.encoding.canonical(to.schema, definition.convert(identified, apiVersion)), schema: to.schema }
    },
  }
}
