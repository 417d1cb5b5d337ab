// The two priority classes that users may not take. Upstream: pkg/apis/scheduling/v1/helpers.go, pkg/registry/scheduling/rest.
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

const HIGHEST_OF_USERS = 1_000_000_000

const CLASSES = [
  {
    name: 'system-node-critical',
    value: 2 * HIGHEST_OF_USERS + 1000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2 * HIGHEST_OF_USERS,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
]

export const priorityClasses = (parts: BootstrapParts): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, 'scheduling.k8s.io', 'priorityclasses')
  const objects = CLASSES.map(({ name, ...members }) => ({
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    metadata: { name },
    ...members,
  }))
  return {
    check: 'scheduling/bootstrap-system-priority-classes',
    ensure: async () => void (await Promise.all(objects.map((object) => keeper.keep(object)))),
  }
}
