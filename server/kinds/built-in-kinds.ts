// Every built-in resource of one minor: the tables' rows joined with what the kinds' own files say.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { ResourceDefinition } from '../registry/resource-definition.ts'
import { apiservices } from './apiregistration/apiservices.ts'
import { daemonsets } from './apps/daemonsets.ts'
import { deployments } from './apps/deployments.ts'
import { replicasets } from './apps/replicasets.ts'
import { horizontalpodautoscalers } from './autoscaling/horizontalpodautoscalers.ts'
import { jobs } from './batch/jobs.ts'
import { certificatesigningrequests } from './certificates/certificatesigningrequests.ts'
import { configmaps } from './core/configmaps.ts'
import { events, groupEvents } from './core/events.ts'
import { namespaces } from './core/namespaces.ts'
import { nodes } from './core/nodes.ts'
import { pods } from './core/pods.ts'
import { secrets } from './core/secrets.ts'
import { serviceaccounts } from './core/serviceaccounts.ts'
import { services } from './core/services.ts'
import { type KindRecord, type ResourceFact, resourceDefinition } from './define-resource.ts'
import type { KindServices } from './kind-services.ts'
import { plainKinds } from './plain-kinds.ts'
import { reviews } from './review/reviews.ts'

const records = (kindServices: KindServices): readonly KindRecord[] => [
  ...plainKinds,
  ...reviews(kindServices),
  apiservices,
  certificatesigningrequests,
  configmaps,
  daemonsets,
  deployments,
  events,
  groupEvents,
  horizontalpodautoscalers,
  jobs,
  namespaces,
  nodes,
  pods,
  replicasets,
  secrets,
  serviceaccounts(kindServices),
  services,
]

/** Definitions in discovery's order. `folder` holds the tables; `served` answers --runtime-config. */
export const builtInKinds = (
  folder: string,
  schemas: SchemaSet,
  kindServices: KindServices,
  served: (fact: ResourceFact) => boolean,
): ResourceDefinition[] => {
  const facts = JSON.parse(readFileSync(join(folder, 'resources.json'), 'utf8')) as ResourceFact[]
  const byKind = new Map(records(kindServices).map((record) => [`${record.group}/${record.kind}`, record]))
  const rows = new Map<string, ResourceFact[]>()
  for (const fact of facts) rows.set(`${fact.group}/${fact.plural}`, [...(rows.get(`${fact.group}/${fact.plural}`) ?? []), fact])
  const storageSchema = (fact: ResourceFact): { kind: string; schema: ReturnType<SchemaSet['type']> } => {
    const { storage } = fact
    const same =
      facts.find((other) => other.group === storage?.group && other.version === storage.version && other.kind === fact.kind) ?? fact
    return { kind: fact.kind, schema: schemas.type(same.type) }
  }
  return [...rows.values()].map((group) => {
    const first = group[0] as ResourceFact
    return resourceDefinition(group, byKind.get(`${first.group}/${first.kind}`), schemas, served, storageSchema)
  })
}
