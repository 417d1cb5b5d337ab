// What services must meet, new and changed. Upstream: ValidateServiceCreate, ValidateServiceUpdate, ValidateLoadBalancerStatus,
// pkg/api/service/warnings.go. Ports and addresses that the server gives out are not asked for.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { addressWarnings, checkAddress, checkEndpointAddress, checkRange, parseAddress, rangeWarnings } from '../validation/addresses.ts'
import { type Errors, named, optionalName, requiredName, requiredOneOf } from '../validation/checks.ts'
import { checkLabels } from '../validation/label-selectors.ts'
import { checkPortNumber, checkPortNumberOrName, PROTOCOLS } from '../validation/port-checks.ts'
import { checkAddressFields, checkFamilyChange } from './service-address-rules.ts'
import { isExposed, isHeadless, NO_ADDRESS, needsHealthCheck, type ServicePort, type ServiceSpec } from './service-types.ts'

const HINTS = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const MAX_AFFINITY_SECONDS = 86400
const BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'"
const NOT_FOR_NAMES = 'may not be set for ExternalName services'

export const specOf = (service: Frozen<KubeObject>): ServiceSpec => (service['spec'] ?? {}) as ServiceSpec

const checkTopology = ({ metadata }: Frozen<KubeObject>, errors: Errors): void => {
  const { [HINTS]: hints, [MODE]: mode } = metadata.annotations ?? {}
  if (hints === undefined || mode === undefined || hints === mode) return
  errors.push(invalidValue(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`))
}

const checkExternalName = (spec: ServiceSpec, errors: Errors): void => {
  if (spec.clusterIPs?.length) errors.push(forbiddenField('spec.clusterIPs', NOT_FOR_NAMES))
  if (spec.ipFamilies?.length) errors.push(forbiddenField('spec.ipFamilies', NOT_FOR_NAMES))
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', NOT_FOR_NAMES))
  requiredName(spec.externalName?.replace(/\.$/, ''), dns1123Subdomain, 'spec.externalName', errors)
}

const checkPort = (port: ServicePort, path: string, errors: Errors, many: boolean, names: Set<string>): void => {
  const { name = '' } = port
  if (name !== '') {
    named(name, dns1123Label, `${path}.name`, errors)
    if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name))
    else names.add(name)
  } else if (many) errors.push(required(`${path}.name`, ''))
  checkPortNumber(port.port, `${path}.port`, errors)
  requiredOneOf(port.protocol, PROTOCOLS, `${path}.protocol`, errors)
  checkPortNumberOrName(port.targetPort, `${path}.targetPort`, errors)
  if (port.appProtocol !== undefined) named(port.appProtocol, qualifiedName, `${path}.appProtocol`, errors)
}

const checkAffinity = ({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec, errors: Errors): void => {
  requiredOneOf(sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity', errors)
  const path = 'spec.sessionAffinityConfig'
  if (sessionAffinity === 'None' && config) errors.push(forbiddenField(path, 'must not be set when session affinity is None'))
  if (sessionAffinity !== 'ClientIP') return
  const seconds = config?.clientIP?.timeoutSeconds
  const why = 'when session affinity type is ClientIP'
  if (!config) errors.push(required(path, why))
  else if (!config.clientIP) errors.push(required(`${path}.clientIP`, why))
  else if (seconds === undefined) errors.push(required(`${path}.clientIP.timeoutSeconds`, why))
  else if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS)
    errors.push(invalidValue(`${path}.clientIP.timeoutSeconds`, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`))
}

const checkExternalAddresses = ({ externalIPs }: ServiceSpec, before: readonly string[], errors: Errors): void => {
  externalIPs?.forEach((address, index) => {
    const path = `spec.externalIPs[${index}]`
    const found = errors.length
    checkAddress(address, path, errors, before)
    if (errors.length === found) checkEndpointAddress(address, path, errors)
  })
}

/** A port by protocol and number, as upstream shows its internal form. */
const portKey = ({ protocol = '', port = 0 }: ServicePort): object => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})

const checkDuplicates = ({ ports = [] }: ServiceSpec, errors: Errors): void => {
  if (ports.length < 2) return
  const seen = new Set<string>()
  ports.forEach(({ protocol, nodePort }, index) => {
    if (!nodePort) return
    const key = `${protocol}/${nodePort}`
    if (seen.has(key)) errors.push(duplicateValue(`spec.ports[${index}].nodePort`, nodePort))
    seen.add(key)
  })
  seen.clear()
  ports.forEach((port, index) => {
    const key = `${port.protocol}/${port.port}`
    if (seen.has(key)) errors.push(duplicateValue(`spec.ports[${index}]`, portKey(port)))
    seen.add(key)
  })
}

const trimmed = (texts: readonly string[] | undefined): string[] => (texts ?? []).map((text) => text.trim())

const checkSourceRanges = (service: Frozen<KubeObject>, old: Frozen<KubeObject> | undefined, errors: Errors): void => {
  const { loadBalancerSourceRanges: ranges = [], type } = specOf(service)
  const annotation = service.metadata.annotations?.[SOURCE_RANGES]
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges'
    if (type !== 'LoadBalancer') errors.push(forbiddenField(path, BALANCER_ONLY))
    const before = old ? trimmed(specOf(old).loadBalancerSourceRanges) : []
    trimmed(ranges).forEach((range, index) => {
      checkRange(range, `${path}[${index}]`, errors, before)
    })
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${SOURCE_RANGES}]`
    if (type !== 'LoadBalancer') errors.push(forbiddenField(path, BALANCER_ONLY))
    if (annotation.trim() === '' || annotation === old?.metadata.annotations?.[SOURCE_RANGES]) return
    for (const range of trimmed(annotation.trim().split(','))) checkRange(range, path, errors)
  }
}

const checkBalancerClass = ({ type, loadBalancerClass }: ServiceSpec, errors: Errors): void => {
  if (loadBalancerClass === undefined) return
  if (type === 'LoadBalancer') named(loadBalancerClass, qualifiedName, 'spec.loadBalancerClass', errors)
  else errors.push(forbiddenField('spec.loadBalancerClass', BALANCER_ONLY))
}

const checkTraffic = (spec: ServiceSpec, errors: Errors): void => {
  const {
    externalTrafficPolicy: external = '',
    healthCheckNodePort: healthPort,
    internalTrafficPolicy: internal,
    trafficDistribution,
  } = spec
  if (isExposed(spec)) requiredOneOf(external, POLICIES, 'spec.externalTrafficPolicy', errors)
  else if (external !== '')
    errors.push(invalidValue('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'))
  if (healthPort) {
    const path = 'spec.healthCheckNodePort'
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    if (needsHealthCheck(spec)) checkPortNumber(healthPort, path, errors)
    else errors.push(invalidValue(path, healthPort, detail))
  }
  if (internal !== undefined && !POLICIES.includes(internal)) errors.push(notSupported('spec.internalTrafficPolicy', internal, POLICIES))
  else if (internal === undefined && spec.type !== 'ExternalName' && TYPES.includes(spec.type ?? ''))
    errors.push(required('spec.internalTrafficPolicy', ''))
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution))
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS))
}

const checkService = (service: Frozen<KubeObject>, old: Frozen<KubeObject> | undefined, errors: Errors): void => {
  const spec = specOf(service)
  const before = old && specOf(old)
  const { type = '', ports = [] } = spec
  checkTopology(service, errors)
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') errors.push(required('spec.ports', ''))
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec))
    errors.push(invalidValue('spec.clusterIPs[0]', NO_ADDRESS, `may not be set to 'None' for ${type} services`))
  if (type === 'ExternalName') checkExternalName(spec, errors)
  const names = new Set<string>()
  ports.forEach((port, index) => {
    checkPort(port, `spec.ports[${index}]`, errors, ports.length > 1, names)
  })
  checkLabels(spec.selector, 'spec.selector', errors)
  checkAffinity(spec, errors)
  checkAddressFields(spec, before, errors)
  checkExternalAddresses(spec, before?.externalIPs ?? [], errors)
  requiredOneOf(type, TYPES, 'spec.type', errors)
  if (type === 'ClusterIP')
    ports.forEach(({ nodePort }, index) => {
      if (nodePort) errors.push(forbiddenField(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"))
    })
  checkDuplicates(spec, errors)
  checkSourceRanges(service, old, errors)
  const allocates = spec.allocateLoadBalancerNodePorts
  if (allocates !== undefined && type !== 'LoadBalancer') errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', BALANCER_ONLY))
  if (allocates === undefined && type === 'LoadBalancer') errors.push(required('allocateLoadBalancerNodePorts', ''))
  checkBalancerClass(spec, errors)
  checkTraffic(spec, errors)
}

export const validateService = (service: KubeObject): Errors => {
  const errors: Errors = []
  checkService(service, undefined, errors)
  return errors
}

export const validateServiceUpdate = (service: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const [spec, before] = [specOf(service), specOf(old)]
  checkFamilyChange(spec, before, errors)
  if (spec.type === 'LoadBalancer' && before.type === 'LoadBalancer' && spec.loadBalancerClass !== before.loadBalancerClass)
    errors.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'))
  checkBalancerClass(spec, errors)
  if (needsHealthCheck(spec) && needsHealthCheck(before) && (spec.healthCheckNodePort ?? 0) !== (before.healthCheckNodePort ?? 0))
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'))
  checkService(service, old, errors)
  return errors
}

interface BalancerIngress {
  ip?: string
  ipMode?: string
  hostname?: string
}

const MODES = ['Proxy', 'VIP']

/** What a load balancer says of itself; of an ingress too, where there is no `ipMode`. */
export const validateServiceStatus = (service: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const path = 'status.loadBalancer.ingress'
  const ingresses = listAt(service, 'status', 'loadBalancer', 'ingress') as BalancerIngress[]
  if (ingresses.length === 0) return errors
  if (specOf(service).type !== 'LoadBalancer') return [forbiddenField(path, "may only be used when `spec.type` is 'LoadBalancer'")]
  const before = (listAt(old, 'status', 'loadBalancer', 'ingress') as BalancerIngress[]).map(({ ip = '' }) => ip)
  ingresses.forEach(({ ip = '', ipMode, hostname = '' }, index) => {
    const own = `${path}[${index}]`
    if (ip !== '') checkAddress(ip, `${own}.ip`, errors, before)
    if (ipMode === undefined) {
      if (ip !== '') errors.push(required(`${own}.ipMode`, 'must be specified when `ip` is set'))
    } else if (ip === '') errors.push(forbiddenField(`${own}.ipMode`, 'may not be specified when `ip` is not set'))
    else if (!MODES.includes(ipMode)) errors.push(notSupported(`${own}.ipMode`, ipMode, MODES))
    optionalName(hostname, dns1123Subdomain, `${own}.hostname`, errors)
    if (parseAddress(hostname)) errors.push(invalidValue(`${own}.hostname`, hostname, 'must be a DNS name, not an IP address'))
  })
  return errors
}

export const serviceWarnings = (service: KubeObject): string[] => {
  const spec = specOf(service)
  const { clusterIP, clusterIPs, externalIPs = [], loadBalancerIP = '', loadBalancerSourceRanges = [], type, trafficDistribution } = spec
  const warnings: string[] = []
  const headless = type === 'ClusterIP' && clusterIP === NO_ADDRESS
  if (at(service, 'metadata', 'annotations', HINTS) !== undefined)
    warnings.push(`annotation ${HINTS} is deprecated, please use ${MODE} instead`)
  if (clusterIP && clusterIP !== NO_ADDRESS)
    clusterIPs?.forEach((address, index) => void warnings.push(...addressWarnings(`spec.clusterIPs[${index}]`, address)))
  if (headless) {
    if (loadBalancerIP !== '') warnings.push('spec.loadBalancerIP is ignored for headless services')
    if (externalIPs.length > 0) warnings.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services')
  }
  externalIPs.forEach((address, index) => void warnings.push(...addressWarnings(`spec.externalIPs[${index}]`, address)))
  if (externalIPs.length > 0 && !headless && type !== 'ExternalName')
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters')
  if (loadBalancerIP !== '') warnings.push(...addressWarnings('spec.loadBalancerIP', loadBalancerIP))
  loadBalancerSourceRanges.forEach((range, index) => {
    warnings.push(...rangeWarnings(`spec.loadBalancerSourceRanges[${index}]`, range))
  })
  if (type === 'ExternalName' && externalIPs.length > 0) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (type !== 'ExternalName' && spec.externalName) warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  if (trafficDistribution === 'PreferClose') warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
  return warnings
}
