// What /livez, /readyz and /healthz look at, in upstream's order and under its names, as far as this server has the part a name stands for.
// Upstream: pkg/server/config.go and healthz.go of k8s.io/apiserver, and the post-start hooks of pkg/controlplane.
import type { Cluster } from './cluster.ts'
import type { Check } from './endpoints/health.ts'

/** The hook that only a server with RBAC has. */
const RBAC_HOOK = 'rbac/bootstrap-roles'

/** Post-start hooks that this server has, in upstream's order. */
const HOOKS = [
  'priority-and-fairness-config-consumer',
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'storage-readiness',
  'start-legacy-token-tracking-controller',
  RBAC_HOOK,
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'kube-apiserver-autoregistration',
]

export type HealthEndpoint = 'healthz' | 'livez' | 'readyz'

/** `stopping` tells whether the server has been asked to stop. */
export const healthChecks = (cluster: Cluster, rbac: boolean, stopping: () => boolean): Record<HealthEndpoint, readonly Check[]> => {
  const check = (name: string, holds: () => boolean, failure: string): Check => ({ name, failure: () => (holds() ? undefined : failure) })
  const stored = (name: string): Check => check(name, () => cluster.cache.ready(), 'the store is gone')
  const hooks = HOOKS.filter((hook) => rbac || hook !== RBAC_HOOK).map((hook) => {
    const name = `poststarthook/${hook}`
    return hook === 'storage-readiness' ? stored(name) : check(name, () => cluster.bootstrap.started(hook), 'not finished')
  })
  const registered = check('autoregister-completion', () => cluster.bootstrap.started('kube-apiserver-autoregistration'), 'not finished')
  const ping = check('ping', () => true, '')
  const live = [ping, stored('etcd'), ...hooks, registered]
  const synced = check('informer-sync', () => cluster.cache.revision > 0, 'the caches are not loaded yet')
  const shutdown = check('shutdown', () => !stopping(), 'process is shutting down')
  return {
    healthz: live,
    livez: live,
    readyz: [ping, stored('etcd'), stored('etcd-readiness'), synced, ...hooks, registered, shutdown],
  }
}
