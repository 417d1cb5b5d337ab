// Network policies. Upstream: pkg/registry/networking/networkpolicy, ValidateNetworkPolicySpec.
import { forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { formatSelector } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type AddressRange, checkRange, parseRange, rangeWarnings } from '../validation/addresses.ts'
import { type Errors, each } from '../validation/checks.ts'
import { checkLabelSelector, isUsableSelector, type LabelSelector, type LabelSelectorOptions } from '../validation/label-selectors.ts'
import { checkPortName, checkPortNumber } from '../validation/port-checks.ts'

interface Block {
  cidr?: string
  except?: string[]
}

interface Peer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: Block
}

interface PolicyPort {
  protocol?: string
  port?: number | string
  endPort?: number
}

interface Direction {
  ports?: PolicyPort[]
  from?: Peer[]
  to?: Peer[]
}

interface PolicySpec {
  podSelector?: LabelSelector
  ingress?: Direction[]
  egress?: Direction[]
  policyTypes?: string[]
}

interface Tolerated extends LabelSelectorOptions {
  ranges: readonly string[]
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const TYPES = ['Ingress', 'Egress']
const SIDES = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const

const specOf = (policy: Frozen<KubeObject>): PolicySpec => (policy['spec'] ?? {}) as PolicySpec

const checkPort = ({ protocol, port, endPort }: PolicyPort, path: string, errors: Errors): void => {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS))
  const end = `${path}.endPort`
  if (typeof port === 'number') {
    checkPortNumber(port, `${path}.port`, errors)
    if (endPort === undefined) return
    if (endPort < port) errors.push(invalidValue(end, port, 'must be greater than or equal to `port`'))
    checkPortNumber(endPort, end, errors)
  } else {
    const why = port === undefined ? 'not specified' : 'non-numeric'
    if (endPort !== undefined) errors.push(invalidValue(end, endPort, `may not be specified when \`port\` is ${why}`))
    if (port !== undefined) checkPortName(port, `${path}.port`, errors)
  }
}

const isStrictSubset = (inner: AddressRange, outer: AddressRange): boolean => {
  if (inner.network.length !== outer.network.length || outer.prefix >= inner.prefix) return false
  return outer.network.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, outer.prefix - 8 * index))
    return (((inner.network[index] as number) ^ byte) & (0xff << (8 - bits)) & 255) === 0
  })
}

const checkBlock = ({ cidr = '', except }: Block, path: string, errors: Errors, { ranges }: Tolerated): void => {
  if (cidr === '') {
    errors.push(required(`${path}.cidr`, ''))
    return
  }
  checkRange(cidr, `${path}.cidr`, errors, ranges)
  const outer = parseRange(cidr)
  if (!outer) return
  each(except, `${path}.except`, errors, (text, at) => {
    checkRange(text, at, errors, ranges)
    const inner = parseRange(text)
    if (inner && !isStrictSubset(inner, outer)) errors.push(invalidValue(at, text, 'must be a strict subset of `cidr`'))
  })
}

const checkPeer = (peer: Peer, path: string, errors: Errors, tolerated: Tolerated): void => {
  const { podSelector, namespaceSelector, ipBlock } = peer
  checkLabelSelector(podSelector, `${path}.podSelector`, errors, tolerated)
  checkLabelSelector(namespaceSelector, `${path}.namespaceSelector`, errors, tolerated)
  if (ipBlock) checkBlock(ipBlock, `${path}.ipBlock`, errors, tolerated)
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'))
  else if (ipBlock && (podSelector || namespaceSelector)) errors.push(forbiddenField(path, 'may not specify both ipBlock and another peer'))
}

const checkSpec = (spec: PolicySpec, errors: Errors, tolerated: Tolerated): void => {
  checkLabelSelector(spec.podSelector, 'spec.podSelector', errors, tolerated)
  for (const [member, side] of SIDES)
    each(spec[member], `spec.${member}`, errors, (direction, path) => {
      each(direction.ports, `${path}.ports`, errors, checkPort)
      each(direction[side], `${path}.${side}`, errors, (peer, own) => checkPeer(peer, own, errors, tolerated))
    })
  const { policyTypes = [] } = spec
  if (policyTypes.length > 2) errors.push(invalidValue('spec.policyTypes', policyTypes, 'may not specify more than two policyTypes'))
  else
    each(policyTypes, 'spec.policyTypes', errors, (type, path) => {
      if (!TYPES.includes(type)) errors.push(notSupported(path, type, TYPES))
    })
}

/** All blocks of addresses, and where they stand. */
const blocksOf = (spec: PolicySpec): [block: Block, path: string][] =>
  SIDES.flatMap(([member, side]) =>
    (spec[member] ?? []).flatMap((direction, index) =>
      (direction[side] ?? []).flatMap(({ ipBlock }, place): [Block, string][] =>
        ipBlock ? [[ipBlock, `spec.${member}[${index}].${side}[${place}].ipBlock`]] : [],
      ),
    ),
  )

const validate = (policy: KubeObject): Errors => {
  const errors: Errors = []
  checkSpec(specOf(policy), errors, { ranges: [] })
  return errors
}

const validateUpdate = (policy: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const before = specOf(old)
  checkSpec(specOf(policy), errors, {
    ranges: blocksOf(before).flatMap(([{ cidr = '', except = [] }]) => [cidr, ...except]),
    allowInvalidValues: !isUsableSelector(before.podSelector),
  })
  return errors
}

const warnings = (policy: KubeObject): string[] =>
  blocksOf(specOf(policy)).flatMap(([{ cidr = '', except = [] }, path]) => [
    ...rangeWarnings(`${path}.cidr`, cidr),
    ...except.flatMap((text, index) => rangeWarnings(`${path}.except[${index}]`, text)),
  ])

export const networkpolicies = defineResource('networking.k8s.io', 'NetworkPolicy', {
  cells: { 'Pod-Selector': (policy) => formatSelector(at(policy, 'spec', 'podSelector')) },
  strategy: strategyOf({ generation: ['spec'] }, { validate, validateUpdate, warnings }),
})
