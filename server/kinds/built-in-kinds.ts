// Every built-in resource of one minor: the tables' rows joined with what the kinds' own files say.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { ResourceDefinition } from '../registry/resource-definition.ts'
import { admissionPolicies } from './admissionregistration/admission-policies.ts'
import { webhookConfigurations } from './admissionregistration/webhook-configurations.ts'
import { customresourcedefinitions } from './apiextensions/customresourcedefinitions.ts'
import { apiservices } from './apiregistration/apiservices.ts'
import { controllerrevisions } from './apps/controllerrevisions.ts'
import { daemonsets } from './apps/daemonsets.ts'
import { deployments } from './apps/deployments.ts'
import { replicasets } from './apps/replicasets.ts'
import { statefulsets } from './apps/statefulsets.ts'
import { horizontalpodautoscalers } from './autoscaling/horizontalpodautoscalers.ts'
import { cronjobs } from './batch/cronjobs.ts'
import { jobs } from './batch/jobs.ts'
import { certificatesigningrequests } from './certificates/certificatesigningrequests.ts'
import { clustertrustbundles } from './certificates/clustertrustbundles.ts'
import { podcertificaterequests } from './certificates/podcertificaterequests.ts'
import { type Cells, type ColumnFact, integerAt, printerColumns } from './columns.ts'
import { leasecandidates, leases } from './coordination/leases.ts'
import { componentstatuses } from './core/componentstatuses.ts'
import { configmaps } from './core/configmaps.ts'
import { endpoints } from './core/endpoints.ts'
import { events, groupEvents } from './core/events.ts'
import { limitranges } from './core/limitranges.ts'
import { namespaces } from './core/namespaces.ts'
import { nodes } from './core/nodes.ts'
import { bindings, pods } from './core/pods.ts'
import { podtemplates } from './core/podtemplates.ts'
import { replicationcontrollers } from './core/replicationcontrollers.ts'
import { resourcequotas } from './core/resourcequotas.ts'
import { secrets } from './core/secrets.ts'
import { serviceaccounts } from './core/serviceaccounts.ts'
import { services } from './core/services.ts'
import { persistentvolumeclaims, persistentvolumes } from './core/volumes.ts'
import { type KindRecord, type ResourceFact, resourceDefinition } from './define-resource.ts'
import { endpointslices } from './discovery/endpointslices.ts'
import { flowschemas } from './flowcontrol/flowschemas.ts'
import { prioritylevelconfigurations } from './flowcontrol/prioritylevelconfigurations.ts'
import { storageversions } from './internal/storageversions.ts'
import type { KindServices } from './kind-services.ts'
import { ingressclasses, ingresses } from './networking/ingresses.ts'
import { networkpolicies } from './networking/networkpolicies.ts'
import { ipaddresses, servicecidrs } from './networking/service-addresses.ts'
import { runtimeclasses } from './node/runtimeclasses.ts'
import { poddisruptionbudgets } from './policy/poddisruptionbudgets.ts'
import { roles } from './rbac/roles.ts'
import { devices } from './resource/devices.ts'
import { resourceclaims, resourceclaimtemplates } from './resource/resourceclaims.ts'
import { resourceslices } from './resource/resourceslices.ts'
import { reviews } from './review/reviews.ts'
import { podGroups } from './scheduling/pod-groups.ts'
import { priorityclasses } from './scheduling/priorityclasses.ts'
import { csiKinds } from './storage/csi-kinds.ts'
import { storageclasses, volumeattributesclasses } from './storage/storageclasses.ts'
import { volumeattachments } from './storage/volumeattachments.ts'
import { storageversionmigrations } from './storagemigration/storageversionmigrations.ts'

/** What a scale shows, whatever it is of. */
const scaleCells: Cells = {
  Desired: (scale) => integerAt(scale, 'spec', 'replicas'),
  Available: (scale) => integerAt(scale, 'status', 'replicas'),
}

const records = (kindServices: KindServices): readonly KindRecord[] => [
  bindings,
  ...admissionPolicies,
  apiservices,
  certificatesigningrequests,
  clustertrustbundles,
  componentstatuses(kindServices),
  configmaps,
  controllerrevisions,
  cronjobs,
  ...csiKinds,
  customresourcedefinitions,
  daemonsets,
  deployments,
  ...devices,
  endpoints,
  endpointslices,
  events,
  flowschemas,
  groupEvents,
  horizontalpodautoscalers,
  ingressclasses,
  ingresses,
  ipaddresses,
  jobs,
  leasecandidates,
  leases,
  limitranges,
  namespaces,
  networkpolicies,
  nodes(kindServices),
  persistentvolumeclaims,
  persistentvolumes,
  podcertificaterequests,
  poddisruptionbudgets,
  ...podGroups,
  pods(kindServices),
  podtemplates,
  priorityclasses,
  prioritylevelconfigurations,
  replicasets,
  replicationcontrollers,
  resourceclaims(kindServices),
  resourceclaimtemplates(kindServices),
  resourcequotas,
  resourceslices,
  ...reviews(kindServices),
  ...roles(kindServices),
  runtimeclasses,
  secrets,
  serviceaccounts(kindServices),
  servicecidrs,
  services(kindServices),
  statefulsets,
  storageclasses,
  storageversionmigrations,
  storageversions,
  volumeattachments,
  volumeattributesclasses,
  ...webhookConfigurations,
]

/** Definitions in discovery's order. `folder` holds the tables; `served` answers --runtime-config. */
export const builtInKinds = (
  folder: string,
  schemas: SchemaSet,
  kindServices: KindServices,
  served: (fact: ResourceFact) => boolean,
): ResourceDefinition[] => {
  const facts = JSON.parse(readFileSync(join(folder, 'resources.json'), 'utf8')) as ResourceFact[]
  const columns = JSON.parse(readFileSync(join(folder, 'columns.json'), 'utf8')) as Record<string, ColumnFact[]>
  const scaleColumns = printerColumns(columns['autoscaling/Scale'] ?? [], scaleCells, [])
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
    const kind = `${first.group}/${first.kind}`
    return resourceDefinition(
      group,
      { columns: columns[kind] ?? columns['*'] ?? [], scaleColumns },
      byKind.get(kind),
      schemas,
      served,
      storageSchema,
    )
  })
}
