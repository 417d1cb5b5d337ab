// What writing a service fills in and drops: values that the server gave stay where a client leaves them out, and go where the new type has
// no use for them and the client did not change them. Upstream: pkg/registry/core/service/strategy.go (dropTypeDependentFields),
// storage.go (patchAllocatedValues).
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { invalid } from '../../../apimachinery/status-error.ts'
import { differs } from '../strategies.ts'
import { fillFamilies, matchAddresses } from './service-families.ts'
import { isExposed, needsHealthCheck, needsNodePorts, type ServiceSpec } from './service-types.ts'
import { specOf } from './service-validation.ts'

const TRAFFIC = ['Cluster', 'Local']
const KIND = { group: '', kind: 'Service' }

const nodePorts = ({ ports = [] }: ServiceSpec): Set<number> => new Set(ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])))

/** Node ports by the names of the ports they belong to. */
const keepNodePorts = (spec: ServiceSpec, old: ServiceSpec): void => {
  const [given, before] = [nodePorts(spec), nodePorts(old)]
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue
    const kept = old.ports?.findLast(({ name }) => (name ?? '') === (port.name ?? ''))?.nodePort
    if (kept && !(given.has(kept) && before.has(kept))) port.nodePort = kept
  }
}

const keepAllocated = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (needsNodePorts(old) && needsNodePorts(spec)) keepNodePorts(spec, old)
  if (needsHealthCheck(old) && needsHealthCheck(spec) && !spec.healthCheckNodePort && old.healthCheckNodePort)
    spec.healthCheckNodePort = old.healthCheckNodePort
}

const dropAddresses = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (!differs(spec.clusterIP, old.clusterIP) && !differs(spec.clusterIPs, old.clusterIPs)) {
    delete spec.clusterIP
    delete spec.clusterIPs
  }
  if (!differs(spec.ipFamilies, old.ipFamilies)) delete spec.ipFamilies
  if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy
}

const dropUnneeded = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName') dropAddresses(spec, old)
  if (needsNodePorts(old) && !needsNodePorts(spec)) {
    const before = nodePorts(old)
    if ([...nodePorts(spec)].every((port) => before.has(port))) for (const port of spec.ports ?? []) delete port.nodePort
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && spec.healthCheckNodePort === old.healthCheckNodePort)
    delete spec.healthCheckNodePort
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass
  }
  if (isExposed(old) && !isExposed(spec) && spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy
}

/** Throws what upstream answers before it looks at the rest. */
const initialize = (service: KubeObject, old: ServiceSpec | undefined): void => {
  const spec = specOf(service)
  matchAddresses(spec, old)
  const errors = fillFamilies(spec, old)
  // Nobody asks for it where there is only a name; it was filled in once, and what is wrong is still said.
  if (spec.type === 'ExternalName' && TRAFFIC.includes(spec.internalTrafficPolicy ?? '')) delete spec.internalTrafficPolicy
  if (errors.length > 0) throw invalid(KIND, service.metadata.name ?? '', errors)
}

export const prepareServiceCreate = (service: KubeObject): void => initialize(service, undefined)

export const prepareServiceUpdate = (service: KubeObject, old: Frozen<KubeObject>): void => {
  const [spec, before] = [specOf(service), specOf(old)]
  keepAllocated(spec, before)
  initialize(service, before)
  dropUnneeded(spec, before)
  if (spec.type !== 'LoadBalancer') service['status'] = { ...(service['status'] as object | undefined), loadBalancer: {} }
}
