// What a pool status request has found out, summed over its pools. Upstream: printResourcePoolStatusRequest.
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { type Cells, integerAt, since } from '../columns.ts'

type Request = Frozen<KubeObject>

/** The first condition that says the request is over. */
const end = (request: Request): Value | undefined =>
  listAt(request, 'status', 'conditions').find(
    (condition) => ['Complete', 'Failed'].includes(textAt(condition, 'type')) && textAt(condition, 'status') === 'True',
  )

const pools = (request: Request): Value[] => listAt(request, 'status', 'pools')

/** A number over all pools; `-` where there is nothing to sum. */
const summed = (of: (pool: Value) => number) => (request: Request) => {
  if (at(request, 'status') === undefined || textAt(end(request), 'type') === 'Failed') return '-'
  return String(pools(request).reduce<number>((sum, pool) => sum + of(pool), 0))
}

const numberIn = (member: string) => (pool: Value) => Number(at(pool, member) ?? 0)

const poolCount = (request: Request): number => integerAt(request, 'status', 'poolCount')

const status = (request: Request): string => {
  const type = textAt(end(request), 'type') || 'Pending'
  const [told, all] = [pools(request).length, poolCount(request)]
  return type === 'Complete' && all > told ? `Complete (${told}/${all} pools)` : type
}

const completed = (request: Request): ReturnType<typeof since> => {
  const condition = end(request)
  return textAt(condition, 'type') === 'Complete' ? since(at(condition, 'lastTransitionTime')) : '<none>'
}

export const poolStatusCells: Cells = {
  Driver: (request) => textAt(request, 'spec', 'driver'),
  Total: summed(numberIn('totalDevices')),
  Available: summed(numberIn('availableDevices')),
  Allocated: summed(numberIn('allocatedDevices')),
  Unavailable: summed(numberIn('unavailableDevices')),
  Errors: summed((pool) => (at(pool, 'validationError') === undefined ? 0 : 1)),
  Pools: poolCount,
  Status: status,
  Completed: completed,
}
