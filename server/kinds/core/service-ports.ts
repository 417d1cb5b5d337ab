// Node ports and health check ports of services: what a write takes and what it gives back.
// Upstream: txnAllocNodePorts and txnUpdateNodePorts in pkg/registry/core/service/storage/alloc.go.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { internalError, invalid } from '../../../apimachinery/status-error.ts'
import { AllocationError } from '../../registry/allocation-error.ts'
import type { KindServices } from '../kind-services.ts'
import { specOf, typeOf } from './service-families.ts'

export const needsNodePorts = (service: Frozen<KubeObject>): boolean => ['NodePort', 'LoadBalancer'].includes(typeOf(service))
export const needsHealthCheckPort = (service: Frozen<KubeObject>): boolean =>
  typeOf(service) === 'LoadBalancer' && textAt(service, 'spec', 'externalTrafficPolicy') === 'Local'

const allocatesPorts = (service: Frozen<KubeObject>): boolean =>
  typeOf(service) === 'NodePort' || at(service, 'spec', 'allocateLoadBalancerNodePorts') !== false

const portsOf = (service: Frozen<KubeObject>): ValueMap[] => listAt(service, 'spec', 'ports') as ValueMap[]
const nodePortOf = (port: ValueMap): number => (port['nodePort'] ?? 0) as number
/** All node ports in use, each once. */
export const nodePortsOf = (service: Frozen<KubeObject>): number[] =>
  [...new Set(portsOf(service).map(nodePortOf))].filter((port) => port > 0)
export const healthCheckPortOf = (service: Frozen<KubeObject>): number => (at(service, 'spec', 'healthCheckNodePort') ?? 0) as number

/** One write's ports: taken at once, given back together if it fails; what it frees is freed when it came to pass. */
export class PortOperation {
  readonly #pool: KindServices['nodePorts']
  readonly #dryRun: boolean
  readonly #taken = new Set<number>()
  readonly #freed: number[] = []

  constructor(pool: KindServices['nodePorts'], dryRun: boolean) {
    this.#pool = pool
    this.#dryRun = dryRun
  }

  async take(wanted: number): Promise<number> {
    const port = await this.#pool.allocate(wanted, this.#dryRun, this.#taken)
    this.#taken.add(port)
    return port
  }

  free(port: number): void {
    if (port > 0) this.#freed.push(port)
  }

  async commit(): Promise<void> {
    if (!this.#dryRun) for (const port of this.#freed) await this.#pool.release(port)
  }

  async rollback(): Promise<void> {
    if (!this.#dryRun) for (const port of this.#taken) await this.#pool.release(port)
  }
}

const taken = async (service: KubeObject, index: number, wanted: number, operation: PortOperation): Promise<number> => {
  try {
    return await operation.take(wanted)
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error
    if (wanted === 0) throw internalError(`failed to allocate a nodePort: ${error.message}`)
    const field = `spec.ports[${index}].nodePort`
    throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [invalidValue(field, wanted, error.message)])
  }
}

/** Ports of one number (TCP and UDP) share a node port unless they ask otherwise. */
const takeNew = async (service: KubeObject, operation: PortOperation): Promise<void> => {
  const byPort = new Map<number, number>()
  const ports = portsOf(service)
  for (const [index, port] of ports.entries()) {
    const [number, own] = [port['port'] as number, nodePortOf(port)]
    if (own === 0 && !allocatesPorts(service)) continue
    const known = byPort.get(number)
    if (known === undefined) {
      const wanted =
        ports
          .filter((other) => other['port'] === number)
          .map(nodePortOf)
          .find((other) => other > 0) ?? 0
      const nodePort = await taken(service, index, wanted, operation)
      port['nodePort'] = nodePort
      byPort.set(number, nodePort)
    } else if (own === 0) port['nodePort'] = known
    else if (own !== known) await taken(service, index, own, operation)
  }
}

const takeChanged = async (service: KubeObject, old: Frozen<KubeObject>, operation: PortOperation): Promise<void> => {
  const before = new Set(nodePortsOf(old))
  const mine = new Set<number>()
  const seen = new Set<string>()
  for (const [index, port] of portsOf(service).entries()) {
    const own = nodePortOf(port)
    if (own === 0 && !allocatesPorts(service)) continue
    if (own === 0) port['nodePort'] = await taken(service, index, 0, operation)
    else if (!before.has(own) && !mine.has(own)) {
      await taken(service, index, own, operation)
      mine.add(own)
    }
    const identity = `${textAt(port, 'protocol')} ${nodePortOf(port)}`
    if (seen.has(identity)) throw internalError(`duplicate nodePort: {${textAt(port, 'protocol')} ${nodePortOf(port)}}`)
    seen.add(identity)
  }
  const now = new Set(nodePortsOf(service))
  for (const port of before) if (!now.has(port)) operation.free(port)
}

const takeHealthCheckPort = async (service: KubeObject, operation: PortOperation): Promise<void> => {
  const wanted = healthCheckPortOf(service)
  try {
    specOf(service)['healthCheckNodePort'] = await operation.take(wanted)
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error
    throw internalError(
      wanted === 0
        ? `failed to allocate a HealthCheck NodePort ${wanted}: ${error.message}`
        : `failed to allocate requested HealthCheck NodePort ${wanted}: ${error.message}`,
    )
  }
}

/** Takes a write's ports. Throws StatusError. */
export const takePorts = async (service: KubeObject, old: Frozen<KubeObject> | undefined, operation: PortOperation): Promise<void> => {
  if (old && needsNodePorts(old) && !needsNodePorts(service)) for (const port of nodePortsOf(old)) operation.free(port)
  if (needsNodePorts(service)) await (old ? takeChanged(service, old, operation) : takeNew(service, operation))
  const needed = old !== undefined && needsHealthCheckPort(old)
  if (!needed && needsHealthCheckPort(service)) await takeHealthCheckPort(service, operation)
  else if (old && needed && !needsHealthCheckPort(service)) operation.free(healthCheckPortOf(old))
}
