// Who serves a group version. This server's own are made by server/bootstrap; other servers are not asked yet, so users may make none.
// Upstream: kube-aggregator/pkg/registry/apiservice.
import { formatTime } from '../../../apimachinery/clock.ts'
import { at, type Frozen, type KubeObject, type Value } from '../../../apimachinery/kube-object.ts'
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

export const apiservices = defineResource('apiregistration.k8s.io', 'APIService', {
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
