// What a pod's node has to say of it: PodTopologyLabels, NodeDeclaredFeatureValidator, PodResizeValidator.
// Upstream: plugin/pkg/admission/podtopologylabels, nodedeclaredfeatures, podresize.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { compareQuantities, quantityMilliValue, quantityValue } from '../../apimachinery/quantity.ts'
import type { Amounts } from '../../quota/amounts.ts'
import { podResources } from '../../quota/pod-resources.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts, Prepared } from './admission-parts.ts'
import { oldPodOf, podOf } from './admitted-pod.ts'

interface Node {
  readonly name: string
  readonly topology: Readonly<Record<string, string>>
  readonly os: string | undefined
  readonly allocatable: Amounts
  readonly features: readonly string[]
}

const TOPOLOGY = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

const prepare = (node: Frozen<KubeObject>): Node => {
  const labels = node.metadata.labels ?? {}
  return {
    name: node.metadata.name ?? '',
    topology: Object.fromEntries(TOPOLOGY.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]]))),
    os: labels['kubernetes.io/os'],
    allocatable: (at(node, 'status', 'allocatable') ?? {}) as Amounts,
    features: listAt(node, 'status', 'declaredFeatures') as string[],
  }
}

const nodesOf = ({ prepared }: AdmissionParts): Prepared<Node> => prepared('', 'nodes', prepare)

/** The node's zone and region are written on the pod: on bindings, which carry their labels to it, and on pods made with a node. */
export const podTopologyLabels = (parts: AdmissionParts): AdmissionPlugin => {
  const nodes = nodesOf(parts)
  return {
    name: 'PodTopologyLabels',
    operations: ['CREATE'],
    resources: ['pods'],
    subresources: ['', 'binding'],
    admit: ({ object, subresource }) => {
      if (!object || (subresource === 'binding' && textAt(object, 'target', 'kind') !== 'Node')) return
      const name = subresource === 'binding' ? textAt(object, 'target', 'name') : textAt(object, 'spec', 'nodeName')
      const topology = name === '' ? undefined : nodes.get('', name)?.topology
      if (topology && Object.keys(topology).length > 0) object.metadata.labels = { ...object.metadata.labels, ...topology }
    },
  }
}

/** The node of a pod whose spec an update changes; undefined where there is nothing to ask it. */
const nodeToAsk = (attributes: AdmissionAttributes, nodes: Prepared<Node>): (() => Node) | undefined => {
  const name = podOf(attributes).spec.nodeName ?? ''
  if (name === '' || attributes.old?.metadata.generation === attributes.object?.metadata.generation) return undefined
  return () => {
    const node = nodes.get('', name)
    if (!node) throw refused(attributes, `node ${JSON.stringify(name)} not found`)
    return node
  }
}

/** Features of kubelets that a change of a pod needs, in upstream's order. */
const featuresNeeded = (attributes: AdmissionAttributes): string[] => {
  const [now, before] = [podOf(attributes).spec, oldPodOf(attributes).spec]
  const initChanged = (before.initContainers ?? []).some(
    ({ restartPolicy, resources }, index) =>
      restartPolicy !== 'Always' && !equalValues(resources ?? {}, now.initContainers?.[index]?.resources ?? {}),
  )
  return [
    ...(equalValues(now.resources, before.resources) ? [] : ['InPlacePodLevelResourcesVerticalScaling']),
    ...(initChanged ? ['InPlacePodVerticalScalingInitContainers'] : []),
  ]
}

export const nodeDeclaredFeatureValidator = (parts: AdmissionParts): AdmissionPlugin => {
  const nodes = nodesOf(parts)
  return {
    name: 'NodeDeclaredFeatureValidator',
    operations: ['UPDATE'],
    resources: ['pods'],
    subresources: ['', 'resize'],
    validate: (attributes) => {
      const nodeOf = nodeToAsk(attributes, nodes)
      const needed = nodeOf ? featuresNeeded(attributes) : []
      if (!nodeOf || needed.length === 0) return
      const node = nodeOf()
      const missing = needed.filter((feature) => !node.features.includes(feature))
      if (missing.length > 0)
        throw refused(
          attributes,
          `pod update requires features ${missing.join(', ')} which are not available on node ${JSON.stringify(node.name)}`,
        )
    },
  }
}

/** What a pod asks for that the node has not got, in upstream's words. */
const tooLarge = (requests: Amounts, allocatable: Amounts): string[] => {
  const more = (name: string): boolean => compareQuantities(requests[name] ?? '0', allocatable[name] ?? '0') > 0
  const said = (name: string, value: (text: string) => bigint): string =>
    `${name}, requested: ${value(requests[name] ?? '0')}, allocatable: ${value(allocatable[name] ?? '0')}`
  return [...(more('cpu') ? [said('cpu', quantityMilliValue)] : []), ...(more('memory') ? [said('memory', quantityValue)] : [])]
}

export const podResizeValidator = (parts: AdmissionParts): AdmissionPlugin => {
  const nodes = nodesOf(parts)
  const refuse = (attributes: AdmissionAttributes, why: string, reason: string): never => {
    const error = refused(attributes, why)
    error.status.details = { ...error.status.details, causes: [{ reason }] }
    throw error
  }
  return {
    name: 'PodResizeValidator',
    operations: ['UPDATE'],
    resources: ['pods'],
    subresources: ['resize'],
    validate: (attributes) => {
      const node = nodeToAsk(attributes, nodes)?.()
      if (!node) return
      if (node.os !== undefined && node.os !== 'linux')
        refuse(
          attributes,
          `pod resize is only supported on linux nodes, node ${JSON.stringify(node.name)} is ${JSON.stringify(node.os)}`,
          'UnsupportedPlatform',
        )
      const missing = tooLarge(podResources(podOf(attributes).spec, 'requests'), node.allocatable)
      if (missing.length > 0) refuse(attributes, `node didn't have enough allocatable resources: ${missing.join('; ')}`, 'NodeCapacity')
    },
  }
}
