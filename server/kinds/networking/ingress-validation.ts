// What ingresses and their classes must meet. Upstream: pkg/apis/networking/validation (ValidateIngressCreate, ValidateIngressClass).
import { domainPrefixedPathErrors } from '../../../apimachinery/domain-prefixed-path.ts'
import { forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import { type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, pathSegment } from '../../../apimachinery/names.ts'
import { checkAddress, parseAddress } from '../validation/addresses.ts'
import { type Errors, each, immutable, named, optionalName, requiredName } from '../validation/checks.ts'
import { wildcardSubdomain } from '../validation/domain-checks.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { checkPortName, checkPortNumber } from '../validation/port-checks.ts'

interface Reference {
  apiGroup?: string | null
  kind?: string
  name?: string
}

interface Backend {
  resource?: Reference
  service?: { name?: string; port?: { name?: string; number?: number } }
}

interface HttpPath {
  path?: string
  pathType?: string | null
  backend?: Backend
}

interface Rule {
  host?: string
  http?: { paths?: HttpPath[] }
}

interface IngressSpec {
  ingressClassName?: string
  defaultBackend?: Backend
  rules?: Rule[]
  tls?: { hosts?: string[]; secretName?: string }[]
}

interface ClassSpec {
  controller?: string
  parameters?: Reference & { scope?: string; namespace?: string }
}

/** What an ingress may keep because it has it already. */
interface Tolerated {
  secretNames: boolean
  wildcardRules: boolean
}

const CLASS = 'kubernetes.io/ingress.class'
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const SUFFIXES = ['/..', '/.']
const MAX_CONTROLLER = 250

const specOf = (object: Frozen<KubeObject>): IngressSpec => (object['spec'] ?? {}) as IngressSpec

const checkReference = ({ apiGroup, kind, name }: Reference, path: string, errors: Errors): void => {
  if (typeof apiGroup === 'string') named(apiGroup, dns1123Subdomain, `${path}.apiGroup`, errors)
  requiredName(kind, pathSegment, `${path}.kind`, errors)
  requiredName(name, pathSegment, `${path}.name`, errors)
}

const checkBackend = ({ resource, service }: Backend, path: string, errors: Errors): void => {
  if (resource && service) errors.push(invalidValue(path, '', 'cannot set both resource and service backends'))
  else if (resource) checkReference(resource, `${path}.resource`, errors)
  else if (service) {
    requiredName(service.name, dns1123Label, `${path}.service.name`, errors)
    const { name = '', number = 0 } = service.port ?? {}
    if (name !== '' && number !== 0) errors.push(invalidValue(path, '', 'cannot set both port name & port number'))
    else if (name !== '') checkPortName(name, `${path}.service.port.name`, errors)
    else if (number !== 0) checkPortNumber(number, `${path}.service.port.number`, errors)
    else errors.push(required(path, 'port name or number is required'))
  } else errors.push(invalidValue(path, '', 'resource or service backend is required'))
}

const checkPathText = (text: string, path: string, errors: Errors): void => {
  if (!text.startsWith('/')) errors.push(invalidValue(path, text, 'must be an absolute path'))
  for (const part of SEQUENCES) if (text.includes(part)) errors.push(invalidValue(path, text, `must not contain '${part}'`))
  for (const end of SUFFIXES) if (text.endsWith(end)) errors.push(invalidValue(path, text, `cannot end with '${end}'`))
}

const checkPath = ({ path: text = '', pathType, backend = {} }: HttpPath, path: string, errors: Errors): void => {
  if (typeof pathType !== 'string') {
    errors.push(required(`${path}.pathType`, 'pathType must be specified'))
    return
  }
  if (pathType === 'Exact' || pathType === 'Prefix') checkPathText(text, `${path}.path`, errors)
  else if (pathType === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) errors.push(invalidValue(`${path}.path`, text, 'must be an absolute path'))
  } else errors.push(notSupported(`${path}.pathType`, pathType, PATH_TYPES))
  checkBackend(backend, `${path}.backend`, errors)
}

const checkHttp = ({ http }: Rule, path: string, errors: Errors): void => {
  if (!http) return
  if (!http.paths?.length) errors.push(required(`${path}.http.paths`, ''))
  each(http.paths, `${path}.http.paths`, errors, checkPath)
}

const hostCheck = (host: string): typeof wildcardSubdomain => (host.includes('*') ? wildcardSubdomain : dns1123Subdomain)

const checkRule = (rule: Rule, path: string, errors: Errors, tolerated: Tolerated): void => {
  const { host = '' } = rule
  if (parseAddress(host)) errors.push(invalidValue(`${path}.host`, host, 'must be a DNS name, not an IP address'))
  optionalName(host, hostCheck(host), `${path}.host`, errors)
  if (!host.includes('*') || !tolerated.wildcardRules) checkHttp(rule, path, errors)
}

const checkSpec = (spec: IngressSpec, errors: Errors, tolerated: Tolerated): void => {
  const { rules, defaultBackend, tls, ingressClassName } = spec
  if (!rules?.length && !defaultBackend) errors.push(invalidValue('spec', rules, 'either `defaultBackend` or `rules` must be specified'))
  if (defaultBackend) checkBackend(defaultBackend, 'spec.defaultBackend', errors)
  each(rules, 'spec.rules', errors, (rule, path) => checkRule(rule, path, errors, tolerated))
  each(tls, 'spec.tls', errors, ({ hosts, secretName }, path) => {
    each(hosts, `${path}.hosts`, errors, (host, at) => named(host, hostCheck(host), at, errors))
    if (!tolerated.secretNames) optionalName(secretName, dns1123Subdomain, `${path}.secretName`, errors)
  })
  if (ingressClassName !== undefined) named(ingressClassName, dns1123Subdomain, 'spec.ingressClassName', errors)
}

export const validateIngress = (ingress: KubeObject): Errors => {
  const errors: Errors = []
  const { ingressClassName } = specOf(ingress)
  checkSpec(specOf(ingress), errors, { secretNames: false, wildcardRules: false })
  const annotation = ingress.metadata.annotations?.[CLASS]
  if (annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName)
    errors.push(invalidValue(`annotations.${CLASS}`, annotation, 'must match `ingressClassName` when both are specified'))
  return errors
}

const finds = (check: (errors: Errors) => void): boolean => {
  const errors: Errors = []
  check(errors)
  return errors.length > 0
}

export const validateIngressUpdate = (ingress: KubeObject, old: Frozen<KubeObject>): Errors => {
  const { tls = [], rules = [] } = specOf(old)
  const errors = metadataErrors(ingress, true, dns1123Subdomain)
  checkSpec(specOf(ingress), errors, {
    secretNames: tls.some(({ secretName }) => finds((found) => optionalName(secretName, dns1123Subdomain, '', found))),
    wildcardRules: rules.some((rule) => rule.host?.includes('*') && finds((found) => checkHttp(rule, '', found))),
  })
  return errors
}

export const validateIngressStatus = (ingress: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const addresses = (object: Frozen<KubeObject>): { ip?: string; hostname?: string }[] =>
    listAt(object, 'status', 'loadBalancer', 'ingress') as { ip?: string; hostname?: string }[]
  const before = addresses(old).map(({ ip = '' }) => ip)
  each(addresses(ingress), 'status.loadBalancer.ingress', errors, ({ ip, hostname = '' }, path) => {
    if (ip) checkAddress(ip, `${path}.ip`, errors, before)
    optionalName(hostname, dns1123Subdomain, `${path}.hostname`, errors)
    if (parseAddress(hostname)) errors.push(invalidValue(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'))
  })
  return errors
}

/** The annotation that the field replaces. */
export const ingressWarnings = (ingress: KubeObject, old: Frozen<KubeObject> | undefined): string[] =>
  old === undefined && ingress.metadata.annotations?.[CLASS] !== undefined && specOf(ingress).ingressClassName === undefined
    ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
    : []

const checkScope = (parameters: NonNullable<ClassSpec['parameters']>, path: string, errors: Errors): void => {
  const { scope, namespace } = parameters
  if (scope === undefined) errors.push(required(`${path}.scope`, ''))
  else if (scope !== 'Cluster' && scope !== 'Namespace') errors.push(notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace']))
  else if (scope === 'Cluster') {
    if (namespace !== undefined) errors.push(forbiddenField(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"))
  } else if (namespace === undefined) errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"))
  else named(namespace, dns1123Label, `${path}.namespace`, errors)
}

const classSpecOf = (object: Frozen<KubeObject>): ClassSpec => (object['spec'] ?? {}) as ClassSpec

export const validateIngressClass = (ingressClass: KubeObject): Errors => {
  const errors: Errors = []
  const { controller = '', parameters } = classSpecOf(ingressClass)
  if (Buffer.byteLength(controller) > MAX_CONTROLLER) errors.push(tooLong('spec.controller', MAX_CONTROLLER))
  errors.push(...domainPrefixedPathErrors(controller, 'spec.controller'))
  if (!parameters) return errors
  checkReference(parameters, 'spec.parameters', errors)
  checkScope(parameters, 'spec.parameters', errors)
  return errors
}

export const validateIngressClassUpdate = (ingressClass: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const { controller } = classSpecOf(ingressClass)
  immutable(controller === classSpecOf(old).controller, controller ?? '', 'spec.controller', errors)
  return [...errors, ...metadataErrors(ingressClass, false, dns1123Subdomain), ...validateIngressClass(ingressClass)]
}
