// Reads of kinds that store nothing: their objects are made when somebody asks.
import { matchesFields } from '../../apimachinery/field-selector.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { matchesLabels } from '../../apimachinery/label-selector.ts'
import { notFound, StatusError } from '../../apimachinery/status-error.ts'
import { tableOf, tableRow } from '../codec/table.ts'
import type { ResourceDefinition } from '../registry/resource-definition.ts'
import { listOptions } from './options.ts'
import { sendMade, sendMadeList, sendTable, tableOptions } from './present.ts'
import { representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'

/** Upstream says it of kinds that can be listed and not watched. */
export const watchNotSupported = ({ group, plural }: ResourceDefinition): StatusError =>
  new StatusError(405, 'MethodNotAllowed', `watch is not supported on resources of kind ${JSON.stringify(plural)}`, {
    ...(group === '' ? {} : { group }),
    kind: plural,
  })

const tableOfAll = (scope: Scope, objects: readonly KubeObject[]): object => {
  const { metaVersion } = representation(scope.context.exchange.headers.accept)
  const options = tableOptions(scope)
  const rows = objects.map((object) => tableRow(scope.definition, object, () => object, metaVersion, options))
  return tableOf(scope.definition, rows, {}, metaVersion)
}

const selected = async (scope: Scope): Promise<KubeObject[]> => {
  const { definition, context } = scope
  const { labels, fields } = listOptions(context.info.query, definition, requestApiVersion(scope), false)
  const objects = (await definition.current?.()) ?? []
  return objects.filter(
    ({ metadata }) => matchesLabels(labels, metadata.labels) && matchesFields(fields, { 'metadata.name': metadata.name ?? '' }),
  )
}

/** GET of one object or of all. */
export const readCurrent = async (scope: Scope): Promise<void> => {
  const { definition, context, version } = scope
  const isTable = representation(context.exchange.headers.accept).shape === 'table'
  if (context.info.verb === 'list') {
    const objects = await selected(scope)
    return isTable ? sendTable(scope, tableOfAll(scope, objects)) : sendMadeList(scope, {}, objects)
  }
  const { name } = context.info
  const found = (await definition.current?.())?.find(({ metadata }) => metadata.name === name)
  // By its singular, as upstream has it.
  if (!found) throw notFound({ group: definition.group, resource: definition.singular }, name)
  if (isTable) return sendTable(scope, tableOfAll(scope, [found]))
  return sendMade(scope, 200, { kind: version.kind, apiVersion: requestApiVersion(scope), ...found }, version.schema)
}
