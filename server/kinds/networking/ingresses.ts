// Ingresses and their classes. Upstream: pkg/registry/networking/ingress, ingressclass, formatHosts.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { balancerAddresses, classNameCell, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { addressWarnings } from '../validation/addresses.ts'
import {
  ingressWarnings,
  validateIngress,
  validateIngressClass,
  validateIngressClassUpdate,
  validateIngressStatus,
  validateIngressUpdate,
} from './ingress-validation.ts'

const SHOWN_HOSTS = 3

/** Three hosts at most; the rules counted as more are those past the third, hosts or not. */
const hosts = (ingress: Frozen<KubeObject>): string => {
  const all = listAt(ingress, 'spec', 'rules').map((rule) => textAt(rule, 'host'))
  let full = all.length
  const shown: string[] = []
  for (const [index, host] of all.entries()) {
    if (shown.length === SHOWN_HOSTS) {
      full = index
      break
    }
    if (host !== '') shown.push(host)
  }
  if (shown.length === 0) return '*'
  return shown.join(',') + (full < all.length ? ` + ${all.length - SHOWN_HOSTS} more...` : '')
}

/** `IngressParameters.example.com/name`. */
const parameters = (ingressClass: Frozen<KubeObject>): string => {
  const reference = at(ingressClass, 'spec', 'parameters')
  if (!reference) return '<none>'
  const group = at(reference, 'apiGroup')
  return `${textAt(reference, 'kind')}${typeof group === 'string' ? `.${group}` : ''}/${textAt(reference, 'name')}`
}

const statusWarnings = (ingress: KubeObject): string[] =>
  listAt(ingress, 'status', 'loadBalancer', 'ingress').flatMap((entry, index) =>
    addressWarnings(`status.loadBalancer.ingress[${index}]`, textAt(entry, 'ip')),
  )

export const ingresses = defineResource('networking.k8s.io', 'Ingress', {
  cells: {
    Class: (ingress) => textIfSet(ingress, '<none>', 'spec', 'ingressClassName'),
    Hosts: hosts,
    Address: (ingress) => balancerAddresses(ingress).join(','),
    Ports: (ingress) => (listAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80'),
  },
  strategy: strategyOf(
    { status: () => ({ loadBalancer: {} }), generation: ['spec'] },
    { validate: validateIngress, validateUpdate: validateIngressUpdate, warnings: ingressWarnings },
  ),
  status: { validateUpdate: validateIngressStatus, warnings: statusWarnings },
})

export const ingressclasses = defineResource('networking.k8s.io', 'IngressClass', {
  cells: {
    Name: classNameCell('ingressclass.kubernetes.io/is-default-class'),
    Controller: (ingressClass) => textAt(ingressClass, 'spec', 'controller'),
    Parameters: parameters,
  },
  strategy: strategyOf({ generation: ['spec'] }, { validate: validateIngressClass, validateUpdate: validateIngressClassUpdate }),
})
