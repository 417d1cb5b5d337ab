// What writing a service drops: values that the server gave go where the new type has no use for them and the client did not change them.
// Upstream: dropTypeDependentFields in pkg/registry/core/service/strategy.go.
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { differs } from '../strategies.ts'
import { isExposed, needsHealthCheck, needsNodePorts, type ServiceSpec } from './service-types.ts'
import { specOf } from './service-validation.ts'

const TRAFFIC = ['Cluster', 'Local']

const nodePorts = ({ ports = [] }: ServiceSpec): Set<number> => new Set(ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])))

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

/** Nobody asks for it where there is only a name; what is wrong in it is still said. */
const dropTrafficPolicy = (spec: ServiceSpec): void => {
  if (spec.type === 'ExternalName' && TRAFFIC.includes(spec.internalTrafficPolicy ?? '')) delete spec.internalTrafficPolicy
}

export const prepareServiceCreate = (service: KubeObject): void => dropTrafficPolicy(specOf(service))

export const prepareServiceUpdate = (service: KubeObject, old: Frozen<KubeObject>): void => {
  const [spec, before] = [specOf(service), specOf(old)]
  dropTrafficPolicy(spec)
  dropUnneeded(spec, before)
  if (spec.type !== 'LoadBalancer') service['status'] = { ...(service['status'] as object | undefined), loadBalancer: {} }
}
