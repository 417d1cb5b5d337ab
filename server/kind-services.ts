// What kinds ask of the cluster around them, and what is made only after them.
import type { Random } from '../apimachinery/random.ts'
import type { AccessControl } from './access-control.ts'
import type { NodePorts } from './allocation/node-ports.ts'
import type { ServiceAddresses } from './allocation/service-addresses.ts'
import type { BackendClient, KubeletCredentials } from './http/backend-client.ts'
import { probeHealth } from './http/health-probe.ts'
import { lookupAddresses } from './http/host-lookup.ts'
import type { KindServices } from './kinds/kind-services.ts'

export interface KubeletOptions {
  credentials: KubeletCredentials
  /** Of a node's addresses, which to take before others. */
  preferredAddressTypes: readonly string[]
}

/** What services take their addresses and ports from. */
export interface Pools {
  addresses: ServiceAddresses
  nodePorts: NodePorts
  objects: KindServices['objects']
  remove: KindServices['remove']
}

interface ServiceOptions {
  tokens: KindServices['tokens']
  kubelets: KubeletOptions
  random: Random
}

/** What kinds ask for is made after them. */
export const kindServices = (
  { tokens, kubelets, random }: ServiceOptions,
  backends: BackendClient,
  access: () => AccessControl,
  pools: () => Pools,
): KindServices => ({
  tokens,
  network: {
    preferredAddressTypes: kubelets.preferredAddressTypes,
    lookup: lookupAddresses,
    probe: (url) => probeHealth(backends, url),
    choose: (count) => random.below(count),
  },
  serviceAddresses: {
    families: () => pools().addresses.families(),
    allocate: (family, wanted, service, dryRun) => pools().addresses.allocate(family, wanted, service, dryRun),
    release: (address) => pools().addresses.release(address),
  },
  nodePorts: {
    allocate: (wanted, dryRun, besides) => pools().nodePorts.allocate(wanted, dryRun, besides),
    release: (port) => pools().nodePorts.release(port),
  },
  objects: {
    get: (...of) => pools().objects.get(...of),
    list: (...of) => pools().objects.list(...of),
    changeStatus: (...change) => pools().objects.changeStatus(...change),
    delete: (...deletion) => pools().objects.delete(...deletion),
  },
  remove: (group, plural, namespace, name) => pools().remove(group, plural, namespace, name),
  access: {
    authorize: (...question) => access().services.authorize(...question),
    rulesFor: (...question) => access().services.rulesFor(...question),
    roleRules: (...question) => access().services.roleRules(...question),
    escalation: (...question) => access().services.escalation(...question),
  },
})
