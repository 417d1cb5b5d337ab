// Services: columns, strategy, and the pools their addresses and ports come from. Upstream: pkg/registry/core/service, printService.
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { balancerAddresses, formatLabels, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'
import { addressWarnings } from '../validation/addresses.ts'
import { releaseService, reserveForService } from './service-allocation.ts'
import { prepareServiceCreate, prepareServiceUpdate } from './service-changes.ts'
import { serviceConnections } from './service-connections.ts'
import { serviceWarnings, validateService, validateServiceStatus, validateServiceUpdate } from './service-validation.ts'

const externalAddress = (service: Frozen<KubeObject>): string => {
  const external = listAt(service, 'spec', 'externalIPs') as string[]
  switch (textAt(service, 'spec', 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>'
    case 'LoadBalancer':
      return [...balancerAddresses(service), ...external].join(',') || '<pending>'
    case 'ExternalName':
      return textAt(service, 'spec', 'externalName')
    default:
      return '<unknown>'
  }
}

const portText = (port: Value): string => {
  const nodePort = Number(at(port, 'nodePort') ?? 0)
  return `${String(at(port, 'port') ?? 0)}${nodePort > 0 ? `:${nodePort}` : ''}/${textAt(port, 'protocol')}`
}

const ports = (service: Frozen<KubeObject>): string => listAt(service, 'spec', 'ports').map(portText).join(',') || '<none>'

const statusWarnings = (service: KubeObject): string[] =>
  listAt(service, 'status', 'loadBalancer', 'ingress').flatMap((ingress, index) =>
    addressWarnings(`status.loadBalancer.ingress[${index}]`, textAt(ingress, 'ip')),
  )

export const services = (pools: KindServices) =>
  defineResource('', 'Service', {
    connections: serviceConnections(pools),
    cells: {
      Type: (service) => textAt(service, 'spec', 'type'),
      'Cluster-IP': (service) => textIfSet(service, '<none>', 'spec', 'clusterIPs', 0),
      'External-IP': externalAddress,
      'Port(s)': ports,
      Selector: (service) => formatLabels(at(service, 'spec', 'selector')),
    },
    selectableFields: {
      names: ['spec.clusterIP', 'spec.type'],
      of: (service) => ({ 'spec.clusterIP': textAt(service, 'spec', 'clusterIP'), 'spec.type': textAt(service, 'spec', 'type') }),
      withNamespace: true,
    },
    strategy: strategyOf(
      { name: dns1123Label, createOnUpdate: true, status: () => ({ loadBalancer: {} }), returnsDeletedObject: true },
      {
        begin: reserveForService(pools),
        afterDelete: releaseService(pools),
        prepareForCreate: prepareServiceCreate,
        prepareForUpdate: prepareServiceUpdate,
        validate: validateService,
        validateUpdate: validateServiceUpdate,
        warnings: serviceWarnings,
      },
    ),
    statusStrategy: {
      resetFields: [['spec']],
      allowUnconditionalUpdate: true,
      allowCreateOnUpdate: true,
      prepareForUpdate: (object, old) => void Object.assign(object, { spec: old['spec'], status: object['status'] ?? emptyStatus() }),
      validateUpdate: validateServiceStatus,
      warnings: statusWarnings,
    },
  })
