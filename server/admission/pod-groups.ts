// The plug-ins of pod groups: PodGroupProtection, PodGroupWorkloadExists, JobValidation. They have work where that alpha API is served.
// Upstream: plugin/pkg/admission/scheduling/podgroupprotection, podgroup, job.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'

const POD_GROUPS = ['podgroups.scheduling.k8s.io']
const FINALIZER = 'scheduling.k8s.io/podgroup-protection'

export const podGroupProtection = (): AdmissionPlugin => ({
  name: 'PodGroupProtection',
  operations: ['CREATE'],
  resources: POD_GROUPS,
  subresources: [''],
  admit: ({ object }) => {
    const given = object?.metadata.finalizers ?? []
    if (object && !given.includes(FINALIZER)) object.metadata.finalizers = [...given, FINALIZER]
  },
})

export const podGroupWorkloadExists = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const workloads = prepared('scheduling.k8s.io', 'workloads', (workload) => ({
    ending: workload.metadata.deletionTimestamp !== undefined,
    templates: listAt(workload, 'spec', 'podGroupTemplates').map((template) => textAt(template, 'name')),
  }))
  return {
    name: 'PodGroupWorkloadExists',
    operations: ['CREATE'],
    resources: POD_GROUPS,
    subresources: [''],
    validate: (attributes) => {
      const reference = at(attributes.object, 'spec', 'podGroupTemplateRef', 'workload')
      if (reference === undefined) return
      const [name, template] = [textAt(reference, 'workloadName'), textAt(reference, 'podGroupTemplateName')]
      const quoted = JSON.stringify(name)
      const workload = workloads.get(attributes.namespace, name)
      if (!workload) throw refused(attributes, `PodGroup rejected: Workload ${quoted} not found`)
      if (workload.ending) throw refused(attributes, `PodGroup rejected: Workload ${quoted} is being deleted`)
      if (!workload.templates.includes(template))
        throw refused(attributes, `PodGroup rejected: PodGroupTemplate ${JSON.stringify(template)} not found in Workload ${quoted}`)
    },
  }
}

interface PodGroup {
  readonly name: string
  readonly controller: string | undefined
  readonly isGang: boolean
}

const prepareGroup = ({ metadata, ...group }: Frozen<KubeObject>): PodGroup => ({
  name: metadata.name ?? '',
  controller: metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid,
  isGang: at(group, 'spec', 'schedulingPolicy', 'gang') !== undefined,
})

export const jobValidation = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const groups = prepared('scheduling.k8s.io', 'podgroups', prepareGroup)
  return {
    name: 'JobValidation',
    operations: ['UPDATE'],
    resources: ['jobs.batch'],
    subresources: [''],
    validate: (attributes) => {
      const { object, old, namespace } = attributes
      if (at(object, 'spec', 'parallelism') === at(old, 'spec', 'parallelism')) return
      const named = textAt(old, 'spec', 'template', 'spec', 'schedulingGroup', 'podGroupName')
      const concerned = named === '' ? groups.list(namespace).filter(({ controller }) => controller === old?.metadata.uid) : []
      const group = named === '' ? concerned.find(({ isGang }) => isGang) : groups.get(namespace, named)
      if (!group?.isGang) return
      throw refused(attributes, `cannot change parallelism for a Job referencing gang-scheduled PodGroup ${JSON.stringify(group.name)}`)
    },
  }
}
