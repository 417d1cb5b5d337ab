// The namespaces every cluster has. Upstream: pkg/controlplane/controller/systemnamespaces.
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

export const systemNamespaces = (parts: BootstrapParts): BootstrapSubject => {
  const keeper = new ObjectKeeper(parts, '', 'namespaces')
  const objects = NAMESPACES.map((name) => ({ kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} }))
  return {
    check: 'start-system-namespaces-controller',
    ensure: async () => void (await Promise.all(objects.map((object) => keeper.keep(object)))),
  }
}
