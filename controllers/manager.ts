// Runs the controllers that are asked for over one client, until a signal. What upstream's controller manager does around its controllers:
// shared informers, a client for each, events. Upstream: cmd/kube-controller-manager/app.
import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../apimachinery/clock.ts'
import { machineTimers, type Timers } from '../apimachinery/machine-clock.ts'
import { systemRandom } from '../apimachinery/random.ts'
import { ApiClient } from '../client/api-client.ts'
import { discover } from '../client/discovery.ts'
import { EventBroadcaster } from '../client/event-recorder.ts'
import { InformerFactory } from '../client/informer-factory.ts'
import type { ClusterAccess } from '../client/kubeconfig.ts'
import { clusterRoleAggregation } from './cluster-role-aggregation.ts'
import { endpointSliceController } from './endpoint-slices/endpoint-slice-controller.ts'
import { garbageCollector } from './garbage-collector/garbage-collector.ts'
import { LegacyTokenSigner } from './legacy-token.ts'
import { namespaceController } from './namespaces/namespace-controller.ts'
import { type ManagerOptions, RELEASE } from './options.ts'
import { podGarbageCollector } from './pod-garbage-collector.ts'
import type { Controller, ControllerContext, ControllerLog } from './reconciler.ts'
import { resourceQuotaController } from './resource-quota/resource-quota-controller.ts'
import { rootCaPublisher } from './root-ca-publisher.ts'
import { runController } from './run-controller.ts'
import { serviceAccountToken } from './service-account-credentials.ts'
import { serviceAccountTokenController } from './service-account-tokens.ts'
import { serviceAccountController } from './service-accounts.ts'
import { ttlAfterFinished } from './ttl-after-finished.ts'
import { claimProtection, volumeProtection } from './volume-protection.ts'

export interface ManagerParts {
  readonly access: ClusterAccess
  readonly options: ManagerOptions
  /** PEM: what namespaces publish and token secrets hold; '' for none. */
  readonly rootCa: string
  /** PEM: signs the tokens of secrets; '' leaves them without. */
  readonly serviceAccountKey: string
  readonly log: ControllerLog
  readonly clock?: Clock
  readonly timers?: Timers
}

/** Upstream's: what is before the slash is the manager of the fields that controllers set. */
export const userAgent = (part: string): string =>
  `kube-controller-manager/${RELEASE} (${process.platform}/${process.arch}) kubernetes/dinghy/${part}`

interface Entry {
  readonly name: string
  /** Upstream's client, by whose name the controller's service account goes. */
  readonly account: string
  start(context: ControllerContext, parts: ManagerParts): Controller | undefined
}

const entries: readonly Entry[] = [
  {
    name: 'serviceaccount-token-controller',
    account: 'tokens-controller',
    start: (context, { options, rootCa, serviceAccountKey }) =>
      serviceAccountKey === ''
        ? undefined
        : serviceAccountTokenController(context, {
            signer: new LegacyTokenSigner(serviceAccountKey),
            authority: rootCa,
            workers: options.tokenWorkers,
          }),
  },
  { name: 'serviceaccount-controller', account: 'service-account-controller', start: serviceAccountController },
  {
    name: 'root-ca-certificate-publisher-controller',
    account: 'root-ca-cert-publisher',
    start: (context, { rootCa }) => (rootCa === '' ? undefined : rootCaPublisher(context, rootCa)),
  },
  {
    name: 'namespace-controller',
    account: 'namespace-controller',
    start: (context, { options }) => namespaceController(context, options.namespaceWorkers),
  },
  {
    name: 'resourcequota-controller',
    account: 'resourcequota-controller',
    start: (context, { options }) =>
      resourceQuotaController(context, { workers: options.quotaWorkers, syncPeriodMs: options.quotaSyncPeriodMs }),
  },
  {
    name: 'garbage-collector-controller',
    account: 'generic-garbage-collector',
    start: (context, { options }) => garbageCollector(context, options.garbageCollectorWorkers),
  },
  { name: 'persistentvolumeclaim-protection-controller', account: 'pvc-protection-controller', start: claimProtection },
  { name: 'persistentvolume-protection-controller', account: 'pv-protection-controller', start: volumeProtection },
  { name: 'clusterrole-aggregation-controller', account: 'clusterrole-aggregation-controller', start: clusterRoleAggregation },
  {
    name: 'ttl-after-finished-controller',
    account: 'ttl-after-finished-controller',
    start: (context, { options }) => ttlAfterFinished(context, options.ttlWorkers),
  },
  {
    name: 'pod-garbage-collector-controller',
    account: 'pod-garbage-collector',
    start: (context, { options }) => podGarbageCollector(context, options.terminatedPodThreshold),
  },
  {
    name: 'endpointslice-controller',
    account: 'endpointslice-controller',
    start: (context, { options }) =>
      endpointSliceController(context, { workers: options.serviceEndpointWorkers, maxEndpoints: options.maxEndpointsPerSlice }),
  },
]

/** The token controller makes the accounts' tokens: it never acts as one of them. */
const ROOT_ACCOUNT = 'tokens-controller'

/** Resolves once the signal has come and all work in hand is done. */
export const runControllers = async (parts: ManagerParts, signal: AbortSignal): Promise<void> => {
  const { access, options, log, clock = systemClock, timers = machineTimers } = parts
  setMaxListeners(0, signal)
  const root = new ApiClient({ access, userAgent: userAgent('root'), timers })
  const failed = (message: string, error: unknown): void => {
    if (!signal.aborted) log.error(message, error)
  }
  const informers = new InformerFactory({ client: root.named(userAgent('shared-informers')), signal, timers, failed })
  const events = new EventBroadcaster(root.named(userAgent('events')), failed, clock)
  // A certificate would say who we are before any token does.
  const { certificate: _, key: __, token: ___, ...unnamed } = access
  const shared = new ApiClient({ access: unnamed, userAgent: userAgent('shared'), timers })
  const clientFor = async (account: string): Promise<ApiClient> => {
    if (!options.useServiceAccountCredentials || account === ROOT_ACCOUNT) return root.named(userAgent(account))
    const parts = { client: root.named(userAgent(account)), clock, timers, log }
    return shared.named(userAgent(account), await serviceAccountToken(account, parts, signal))
  }
  const run = async (entry: Entry): Promise<void> => {
    const client = await clientFor(entry.account)
    const context: ControllerContext = {
      client,
      informers,
      clock,
      timers,
      random: systemRandom,
      log,
      recorder: (component) => events.recorder(component),
      discover: (stop) => discover(client, stop),
    }
    const controller = entry.start(context, parts)
    if (controller) await runController(controller, context, signal)
  }
  const running = entries.filter(({ name }) => options.controllers.has(name))
  await Promise.all(running.map((entry) => run(entry).catch((error: unknown) => failed(`${entry.name} ended`, error))))
  await informers.ended()
  root.close()
  shared.close()
}
