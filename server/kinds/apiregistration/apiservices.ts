// Who serves a group version. This server's own are made by server/bootstrap; other servers are not asked yet, so users may make none.
// Upstream: kube-aggregator/pkg/registry/apiservice.
import { formatTime } from '../../../apimachinery/clock.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import { defineResource } from '../define-resource.ts'
import { notYet } from '../not-yet.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

/** What a server serves itself is there as long as the server is. */
const statusOf = (object: Frozen<KubeObject>, now: number): Value =>
  at(object, 'spec', 'service') === undefined
    ? {
        conditions: [
          {
            type: 'Available',
            status: 'True',
            lastTransitionTime: formatTime(now),
            reason: 'Local',
            message: 'Local APIServices are always available',
          },
        ],
      }
    : {}

const service = (api: Frozen<KubeObject>): string => {
  const reference = at(api, 'spec', 'service')
  return reference ? `${textAt(reference, 'namespace')}/${textAt(reference, 'name')}` : 'Local'
}

const available = (api: Frozen<KubeObject>): string => {
  const condition = listAt(api, 'status', 'conditions').find((entry) => textAt(entry, 'type') === 'Available')
  if (!condition) return 'Unknown'
  const status = textAt(condition, 'status')
  const reason = textAt(condition, 'reason')
  return status === 'True' || reason === '' ? status : `${status} (${reason})`
}

export const apiservices = defineResource('apiregistration.k8s.io', 'APIService', {
  cells: { Service: service, Available: available },
  strategy: strategyOf(
    { status: emptyStatus, statusKeeps: USER_METADATA, conditionalUpdate: true, name: pathSegment },
    {
      refuseCreate: notYet('aggregated API servers'),
      prepareForCreate: (object, { clock }) => {
        object['status'] = statusOf(object, clock.now())
      },
    },
  ),
})
