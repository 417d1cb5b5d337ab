// An APIService for each group version this server serves itself. They are looked after once, at the start, and made again when missing.
// Upstream: pkg/controlplane/apiserver/aggregator.go, kube-aggregator/pkg/controllers/autoregister.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { cloneTree, type KubeObject } from '../../apimachinery/kube-object.ts'
import { deleteObject } from '../registry/deletion.ts'
import { API_SERVICE_PRIORITIES } from './api-service-priorities.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

const GROUP = 'apiregistration.k8s.io'
const AUTOMANAGED = 'kube-aggregator.kubernetes.io/automanaged'

export interface GroupVersion {
  group: string
  version: string
}

/** Undefined for a group version that upstream does not announce: the aggregator's own. */
const apiService = ({ group, version }: GroupVersion): KubeObject | undefined => {
  const priorities = API_SERVICE_PRIORITIES[group]
  const versionPriority = priorities?.versions[version]
  if (!priorities || versionPriority === undefined) return undefined
  return {
    kind: 'APIService',
    apiVersion: `${GROUP}/v1`,
    metadata: { name: `${version}.${group}`, labels: { [AUTOMANAGED]: 'onstart' } },
    spec: { ...(group === '' ? {} : { group }), version, groupPriorityMinimum: priorities.group, versionPriority },
  }
}

/** `served` are the group versions of this server. */
export const apiServices = (parts: BootstrapParts, served: readonly GroupVersion[]): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, GROUP, 'apiservices')
  const wanted = served.flatMap((one) => apiService(one) ?? [])
  let started = false
  const removeOthers = async (): Promise<void> => {
    const { target } = keeper
    for (const entry of target.cache.range(target.prefix(''))) {
      const name = entry.fields['metadata.name'] as string
      if (entry.labels?.[AUTOMANAGED] === undefined || wanted.some(({ metadata }) => metadata.name === name)) continue
      const request = { name, preconditions: {}, gracePeriodSeconds: undefined, propagation: undefined, orphanDependents: undefined }
      await deleteObject(target, request, parts.context, parts.write)
    }
  }
  return {
    check: 'kube-apiserver-autoregistration',
    ensure: async () => {
      await Promise.all(
        wanted.map((object) =>
          keeper.keep(
            object,
            started
              ? undefined
              : (current) => {
                  const managed = current.metadata.labels?.[AUTOMANAGED] !== undefined
                  if (managed && !equalValues(current['spec'], object['spec'])) current['spec'] = cloneTree(object['spec'])
                },
          ),
        ),
      )
      if (!started) await removeOthers()
      started = true
    },
  }
}
