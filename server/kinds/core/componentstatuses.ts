// Component statuses: made up on request, never stored. Upstream: pkg/registry/core/componentstatus, printComponentStatus.
import { type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'

const healthy = (component: Frozen<KubeObject>): Value | undefined =>
  listAt(component, 'conditions').find((condition) => textAt(condition, 'type') === 'Healthy')

const status = (component: Frozen<KubeObject>): string => {
  const condition = healthy(component)
  if (condition === undefined) return 'Unknown'
  return textAt(condition, 'status') === 'True' ? 'Healthy' : 'Unhealthy'
}

/** Where upstream's components say how they are, whatever they were told on their command lines. */
const PROBED: readonly [name: string, url: string][] = [
  ['controller-manager', 'https://127.0.0.1:10257/healthz'],
  ['scheduler', 'https://127.0.0.1:10259/healthz'],
]
const STORE = 'etcd-0'

const componentStatus = (name: string, isHealthy: boolean, message: string): KubeObject => ({
  metadata: { name },
  conditions: [{ type: 'Healthy', status: isHealthy ? 'True' : 'False', message }],
})

const currentStatuses = ({ network }: KindServices): Promise<KubeObject[]> =>
  Promise.all([
    ...PROBED.map(async ([name, url]) => {
      const { isHealthy, message } = await network.probe(url)
      return componentStatus(name, isHealthy, message)
    }),
    // Who reads this was answered by a server that has its store.
    componentStatus(STORE, true, 'ok'),
  ])

export const componentstatuses = (services: KindServices): KindRecord =>
  defineResource('', 'ComponentStatus', {
    current: () => currentStatuses(services),
    cells: {
      Status: status,
      Message: (component) => textAt(healthy(component), 'message'),
      Error: (component) => textAt(healthy(component), 'error'),
    },
    deprecationWarning: 'v1 ComponentStatus is deprecated in v1.19+',
  })
