// What every verb's handler works with: the request, the resource it is about, and the server's parts.
import type { Clock } from '../../apimachinery/clock.ts'
import { apiVersionOf } from '../../apimachinery/kube-object.ts'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { Expected } from '../codec/decode-body.ts'
import { emptyMembers } from '../codec/empty-members.ts'
import type { GzipBlocks } from '../codec/gzip-blocks.ts'
import type { MessageCache } from '../codec/message-cache.ts'
import type { BackendClient } from '../http/backend-client.ts'
import type { PiecePool } from '../http/piece-pool.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { ItemEncoding } from '../registry/encoding.ts'
import type { ResourceDefinition, ServedVersion, WriteContext } from '../registry/resource-definition.ts'
import type { ResourceRegistry } from '../registry/resource-registry.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import type { WriteServices } from '../registry/write-path.ts'
import type { OpenWatches } from './open-watches.ts'
import type { WatchMeter } from './watch-group.ts'

/** The type of a Status. */
export const STATUS = 'meta/v1.Status'

export interface ApiParts {
  registry: ResourceRegistry
  storeOf(definition: ResourceDefinition): ResourceStore
  clock: Clock
  write: WriteServices
  schemas: SchemaSet
  encoding: ItemEncoding
  messages: MessageCache
  /** Lists in gzip, from runs of entries that were compressed before. */
  gzipBlocks: GzipBlocks<Entry>
  /** How kubelets, pods and services are reached. */
  backends: BackendClient
  /** What lists are written into. */
  pieces: PiecePool
  /** Watches that are open. */
  openWatches: OpenWatches
  /** Where events sent to watchers are counted. */
  watchMeter(group: string, version: string, resource: string): WatchMeter
  managerName(fieldManager: string, userAgent: string): string
  /** Whether the user of a request may create what it names. Throws StatusError. */
  authorizeCreate(context: RequestContext): Promise<void>
  /** Runs a step when the caches reach a revision or the wait is over: false then. */
  waitFor(revision: number, timeoutMs: number): Promise<boolean>
}

export interface Scope {
  context: RequestContext
  definition: ResourceDefinition
  version: ServedVersion
  parts: ApiParts
}

/** apiVersion the request speaks. */
export const requestApiVersion = ({ definition, version }: Scope): string => apiVersionOf(definition.group, version.name)

/** Name of upstream's internal package of a group: what its conversion errors say. */
export const internalPackage = (group: string): string => {
  const special: Record<string, string> = {
    '': 'core',
    'events.k8s.io': 'core',
    'rbac.authorization.k8s.io': 'rbac',
    'flowcontrol.apiserver.k8s.io': 'flowcontrol',
    'internal.apiserver.k8s.io': 'apiserverinternal',
  }
  return special[group] ?? (group.split('.')[0] as string)
}

/** Kinds of the group that once held all that was new live elsewhere now. */
const packageOf = ({ registry }: ApiParts, group: string, kind: string): string => {
  if (kind === 'Scale') return 'autoscaling'
  if (group !== 'extensions') return internalPackage(group)
  const home = registry.definitions().find(({ versions }) => versions.some((version) => version.kind === kind))
  return internalPackage(home?.group ?? group)
}

/** Of v1: kinds that belong to no group. */
const UNVERSIONED = new Set(['Status', 'APIVersions', 'APIGroup', 'APIGroupList', 'APIResourceList'])

/** Kinds that each group version has. */
const EVERYWHERE = new Set(['CreateOptions', 'DeleteOptions', 'GetOptions', 'ListOptions', 'PatchOptions', 'UpdateOptions', 'WatchEvent'])

/** What a body must be, by the resource it was sent to. */
export const expectedBody = (scope: Scope): Expected => ({
  group: scope.definition.group,
  version: scope.version.name,
  kind: scope.version.kind,
  schema: scope.version.schema,
  ...(scope.definition.conversionFault ? { conversionFault: scope.definition.conversionFault } : {}),
  knownAs: (group, version, kind) => {
    const known = scope.parts.registry
      .definitions()
      .some(
        (definition) =>
          definition.group === group &&
          definition.versions.some(
            (served) =>
              served.name === version &&
              (EVERYWHERE.has(kind) || served.kind === kind || (definition.storage !== 'virtual' && definition.listKind === kind)),
          ),
      )
    if (known || scope.parts.schemas.knows({ group, version, kind })) return packageOf(scope.parts, group, kind)
    return group === '' && version === 'v1' && UNVERSIONED.has(kind) ? 'meta' : undefined
  },
})

/** The same of what goes to the store. */
export const storedBody = (scope: Scope, write: WriteContext): Expected => ({
  ...expectedBody(scope),
  forStore: true,
  seen: (value) => {
    write.emptyMembers = () => emptyMembers(scope.version.schema, value)
  },
})

/** `fieldManager` is the option's; '' takes the user agent's name. Undefined: the write leaves managedFields alone. */
export const writeContext = (scope: Scope, dryRun: boolean, fieldManager?: string): WriteContext => ({
  user: scope.context.user,
  clock: scope.parts.clock,
  dryRun,
  version: scope.version.name,
  namespace: scope.definition.scope === 'Namespaced' ? scope.context.info.namespace : '',
  requestName: scope.context.info.name,
  manager:
    fieldManager === undefined
      ? ''
      : scope.parts.managerName(fieldManager, scope.context.exchange.headers['user-agent'] ?? '') || 'unknown',
  authorizeCreate: () => scope.parts.authorizeCreate(scope.context),
  newUuid: () => scope.parts.write.random.uuid(),
  warn: (text) => {
    if (!scope.context.warnings.includes(text)) scope.context.warnings.push(text)
  },
})
