// The range that service addresses come from, as an object. What users made of it afterwards stays; only a range that is this server's
// own is said to be ready. Upstream: pkg/controlplane/controller/defaultservicecidr.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, type KubeObject } from '../../apimachinery/kube-object.ts'
import { applyCondition, conditionOf } from './applied-condition.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

const MANAGER = 'kubernetes-service-cidr-controller'
const READY = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes default Service CIDR is ready' }

const awaitsCondition = (object: KubeObject, cidrs: readonly string[]): boolean => {
  const status = conditionOf(object, 'Ready')?.['status']
  return (
    object.metadata.deletionTimestamp === undefined &&
    equalValues(at(object, 'spec', 'cidrs'), cidrs) &&
    (status === undefined || status === 'Unknown')
  )
}

/** `cidrs` are --service-cluster-ip-range's, the primary one first. */
export const serviceCidr = (parts: BootstrapParts, cidrs: readonly string[]): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, 'networking.k8s.io', 'servicecidrs')
  const object = { kind: 'ServiceCIDR', apiVersion: 'networking.k8s.io/v1', metadata: { name: 'kubernetes' }, spec: { cidrs: [...cidrs] } }
  let looked: unknown
  return {
    check: 'start-kubernetes-service-cidr-controller',
    ensure: async () => {
      await keeper.keep(object)
      const entry = keeper.find(object)
      if (!entry || entry === looked) return
      looked = entry
      if (awaitsCondition(keeper.target.decode(entry), cidrs)) await applyCondition(parts, keeper.target, entry, READY, MANAGER)
    },
  }
}
