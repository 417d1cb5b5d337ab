// DELETE of one object and of a collection. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/delete.go.
import { type FieldError, invalidValue, notSupported } from '../../apimachinery/field-error.ts'
import { at } from '../../apimachinery/kube-object.ts'
import { invalid, StatusError } from '../../apimachinery/status-error.ts'
import { decodeBody } from '../codec/decode-body.ts'
import { type DeleteRequest, deleteObject } from '../registry/deletion.ts'
import { sendPage } from './list.ts'
import { listPage } from './list-page.ts'
import { dryRunErrors, integer, listOptions } from './options.ts'
import { sendItem, sendMade } from './present.ts'
import { representation } from './representation.ts'
import { requestApiVersion, type Scope, STATUS, writeContext } from './scope.ts'
import { MAX_BODY_BYTES } from './write.ts'

interface DeleteOptions {
  request: Omit<DeleteRequest, 'name'>
  dryRun: boolean
}

const POLICIES = ['Foreground', 'Background', 'Orphan']

const fromQuery = (query: URLSearchParams): Record<string, unknown> => {
  const options: Record<string, unknown> = {}
  const seconds = integer(query, 'gracePeriodSeconds')
  if (seconds !== undefined) options['gracePeriodSeconds'] = seconds
  const policy = query.get('propagationPolicy')
  if (policy !== null) options['propagationPolicy'] = policy
  const orphan = query.get('orphanDependents')
  if (orphan !== null) options['orphanDependents'] = orphan !== 'false' && orphan !== '0'
  if (query.has('dryRun')) options['dryRun'] = query.getAll('dryRun')
  return options
}

/** Options from the body, or from the query where there is no body. Throws StatusError. */
const deleteOptions = async (scope: Scope): Promise<DeleteOptions> => {
  const { exchange, info } = scope.context
  const body = await exchange.readBody(MAX_BODY_BYTES)
  const given = body.length === 0 ? fromQuery(info.query) : decodeOptions(scope, body)
  const policy = given['propagationPolicy'] as DeleteRequest['propagation']
  const orphanDependents = given['orphanDependents'] as boolean | undefined
  const dryRun = (given['dryRun'] as string[] | undefined) ?? []
  const errors: FieldError[] = []
  if (orphanDependents !== undefined && policy !== undefined)
    errors.push(invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'))
  if (policy !== undefined && !POLICIES.includes(policy))
    errors.push({
      ...notSupported('propagationPolicy', policy, []),
      detail: 'supported values: "Foreground", "Background", "Orphan", "nil"',
    })
  errors.push(...dryRunErrors(dryRun))
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
  const preconditions = (given['preconditions'] ?? {}) as DeleteRequest['preconditions']
  return {
    request: {
      preconditions,
      gracePeriodSeconds: given['gracePeriodSeconds'] as number | undefined,
      propagation: policy,
      orphanDependents,
    },
    dryRun: dryRun.length > 0,
  }
}

const decodeOptions = (scope: Scope, body: Buffer): Record<string, unknown> => {
  const expected = {
    group: '',
    version: 'v1',
    kind: 'DeleteOptions',
    anyVersion: true,
    schema: scope.parts.schemas.type('meta/v1.DeleteOptions'),
    knownAs: () => undefined,
  }
  return decodeBody(body, scope.context.exchange.headers['content-type'], expected, 'Ignore', () => undefined)
}

export const remove = async (scope: Scope): Promise<void> => {
  const { definition, context } = scope
  const { request, dryRun } = await deleteOptions(scope)
  const store = scope.parts.storeOf(definition)
  context.warnings.push(...(definition.strategy.warningsOnDelete?.(request) ?? []))
  const result = await deleteObject(store, { ...request, name: context.info.name }, writeContext(scope, dryRun), scope.parts.write)
  if (result.deleted && !definition.strategy.returnsDeletedObject) {
    const uid = at(store.decode(result), 'metadata', 'uid') as string
    const group = definition.group === '' ? {} : { group: definition.group }
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: context.info.name, ...group, kind: definition.plural, uid },
    }
    return sendMade(scope, 200, status, scope.parts.schemas.type(STATUS))
  }
  return sendItem(scope, !result.deleted && request.orphanDependents === false ? 202 : 200, result.item, result.revision)
}

export const removeCollection = async (scope: Scope): Promise<void> => {
  const { definition, context } = scope
  const options = listOptions(context.info.query, definition, requestApiVersion(scope), false)
  const { request, dryRun } = await deleteOptions(scope)
  const store = scope.parts.storeOf(definition)
  context.warnings.push(...(definition.strategy.warningsOnDelete?.(request) ?? []))
  const page = await listPage(scope, store, options)
  for (const { fields } of page.entries) {
    const write = { ...writeContext(scope, dryRun), namespace: fields['metadata.namespace'] ?? '' }
    try {
      await deleteObject(store, { ...request, name: fields['metadata.name'] ?? '' }, write, scope.parts.write)
    } catch (error) {
      if (!(error instanceof StatusError && error.code === 404)) throw error
    }
  }
  return sendPage(scope, page, representation(context.exchange.headers.accept))
}
