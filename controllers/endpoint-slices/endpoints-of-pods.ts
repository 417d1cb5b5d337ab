// What a pod is as an endpoint of a service. Upstream: k8s.io/endpointslice/utils.go, util/controller_utils.go, util/endpointset.go.
import { at, type KubeObject, listAt, textAt, type Value } from '../../apimachinery/kube-object.ts'

/** The published types as far as the controller sets and reads them. Upstream: k8s.io/api/discovery/v1. */
export interface Endpoint {
  addresses: string[]
  conditions: { ready: boolean; serving: boolean; terminating: boolean }
  hostname?: string
  targetRef?: { kind?: string; namespace?: string; name?: string; uid?: string }
  nodeName?: string
  zone?: string
  hints?: { forZones?: { name: string }[]; forNodes?: { name: string }[] }
}

export interface EndpointPort {
  name?: string
  port?: number
  protocol?: string
  appProtocol?: string
}

export type AddressType = 'IPv4' | 'IPv6'

const ZONE = 'topology.kubernetes.io/zone'

export const readyCondition = (pod: KubeObject): Value | undefined =>
  listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')

export const isReady = (pod: KubeObject): boolean => textAt(readyCondition(pod), 'status') === 'True'

export const addressesOf = (pod: KubeObject): string[] => listAt(pod, 'status', 'podIPs').map((entry) => textAt(entry, 'ip'))

/** Ended pods, and those without an address, are no endpoints; terminating ones are. */
export const isEndpoint = (pod: KubeObject): boolean =>
  !['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase')) &&
  (textAt(pod, 'status', 'podIP') !== '' || addressesOf(pod).length > 0)

export const endpointOf = (pod: KubeObject, service: KubeObject, node: KubeObject | undefined, type: AddressType): Endpoint => {
  const { name = '', namespace = '', uid = '', deletionTimestamp } = pod.metadata
  const [serving, terminating] = [isReady(pod), deletionTimestamp !== undefined]
  const [hostname, nodeName, zone] = [textAt(pod, 'spec', 'hostname'), textAt(pod, 'spec', 'nodeName'), node?.metadata.labels?.[ZONE] ?? '']
  const named = hostname !== '' && textAt(pod, 'spec', 'subdomain') === service.metadata.name
  return {
    addresses: addressesOf(pod)
      .filter((address) => address.includes(':') === (type === 'IPv6'))
      .sort(),
    conditions: { ready: at(service, 'spec', 'publishNotReadyAddresses') === true || (serving && !terminating), serving, terminating },
    ...(named ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === '' ? {} : { nodeName }),
    ...(zone === '' ? {} : { zone }),
  }
}

/** Of the containers and sidecars of a pod. */
const namedPort = (pod: KubeObject, name: string, protocol: string): number | undefined => {
  const sidecars = listAt(pod, 'spec', 'initContainers').filter((container) => textAt(container, 'restartPolicy') === 'Always')
  const ports = [...listAt(pod, 'spec', 'containers'), ...sidecars].flatMap((container) => listAt(container, 'ports'))
  const found = ports.find((port) => textAt(port, 'name') === name && textAt(port, 'protocol') === protocol)
  return found === undefined ? undefined : Number(at(found, 'containerPort'))
}

/** The service's ports as this pod has them; a name that it does not know is left out. */
export const portsOf = (pod: KubeObject, service: KubeObject): EndpointPort[] =>
  listAt(service, 'spec', 'ports').flatMap((servicePort) => {
    const [target, protocol] = [at(servicePort, 'targetPort'), textAt(servicePort, 'protocol')]
    const port = typeof target === 'string' ? namedPort(pod, target, protocol) : Number(target)
    if (port === undefined) return []
    const appProtocol = textAt(servicePort, 'appProtocol')
    return [{ name: textAt(servicePort, 'name'), port, protocol, ...(appProtocol === '' ? {} : { appProtocol }) }]
  })

/** One text for a set of ports, in whichever order. */
export const portsKey = (ports: readonly EndpointPort[]): string =>
  ports
    .map(({ name, port, protocol, appProtocol }) => JSON.stringify([name, port, protocol, appProtocol]))
    .sort()
    .join()

/** What makes two endpoints the same one. */
export const endpointKey = ({ addresses, hostname, targetRef }: Endpoint): string =>
  JSON.stringify([[...addresses].sort(), hostname ?? '', targetRef?.namespace ?? '', targetRef?.name ?? ''])

/** Whether the same endpoint has not changed. */
export const isUnchanged = (a: Endpoint, b: Endpoint): boolean => {
  const rest = ({ nodeName, zone, conditions, targetRef }: Endpoint): string => {
    const { ready, serving, terminating } = conditions ?? {}
    return JSON.stringify([nodeName, zone, ready, serving, terminating, targetRef?.kind, targetRef?.uid])
  }
  return rest(a) === rest(b)
}
