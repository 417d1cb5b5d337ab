// The token subresource of service accounts: tokens, bound to a pod, a secret or a node where that is asked.
// Upstream: pkg/registry/core/serviceaccount/storage/token.go, pkg/serviceaccount/claims.go.

import { formatTime } from '../../../apimachinery/clock.ts'
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { badRequest, conflict, invalid, notFound } from '../../../apimachinery/status-error.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import type { BoundObjects, KindServices } from '../kind-services.ts'

const MIN_SECONDS = 600
const DEFAULT_SECONDS = 3600
const MAX_SECONDS = 2 ** 32
/** What kubelets ask for: such a token of a pod is good for a year, so that clients that never read it again live on. */
const EXTENDED_WHEN_SECONDS = 3607
const EXTENDED_SECONDS = 365 * 24 * 3600
const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' }
const RESOURCE = { group: 'authentication.k8s.io', resource: 'TokenRequest' }

const checkSeconds = (seconds: number): void => {
  const field = 'spec.expirationSeconds'
  if (seconds < MIN_SECONDS) throw invalid(KIND, '', [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')])
  if (seconds > MAX_SECONDS) throw invalid(KIND, '', [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')])
}

/** A name in the request must be the account's; its namespace was looked at before. */
export const checkTokenRequest = ({ metadata }: KubeObject, name: string): void => {
  const said = metadata.name || name
  if (said !== name) throw invalid(KIND, name, [invalidValue('metadata.name', said, 'must match the service account name if specified')])
}

const checkUid = (account: Frozen<KubeObject>, { metadata }: KubeObject): void => {
  const { name = '', uid = '' } = account.metadata
  if (!metadata.uid || metadata.uid === uid) return
  const why = `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`
  throw conflict(RESOURCE, name, why)
}

const referenceTo = ({ metadata }: KubeObject): { name: string; uid: string } => ({ name: metadata.name ?? '', uid: metadata.uid ?? '' })

const nodeOf = (pod: KubeObject, objects: KindServices['objects']): BoundObjects => {
  const name = textAt(pod, 'spec', 'nodeName')
  if (name === '') return {}
  const node = objects.get('', 'nodes', '', name)
  return { node: node ? referenceTo(node) : { name, uid: '' } }
}

/** The objects with which the token ends. Throws StatusError where one is not there, or is another's. */
const boundObjects = (account: Frozen<KubeObject>, reference: unknown, objects: KindServices['objects']): BoundObjects => {
  const [kind, name, uid, apiVersion] = (['kind', 'name', 'uid', 'apiVersion'] as const).map((field) => textAt(reference, field))
  const [group, version] = apiVersion?.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const plural = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' }[kind ?? '']
  if (plural === undefined || group !== '' || name === undefined)
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`)
  const object = objects.get('', plural, kind === 'Node' ? '' : (account.metadata.namespace ?? ''), name)
  if (!object) throw notFound({ group: '', resource: plural }, name)
  if (kind === 'Pod' && textAt(object, 'spec', 'serviceAccountName') !== account.metadata.name)
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name)} to pod running with different serviceaccount name.`,
    )
  if (uid && uid !== object.metadata.uid)
    throw conflict(
      { group: '', resource: kind as string },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  const bound = referenceTo(object)
  if (kind === 'Pod') return { pod: bound, ...nodeOf(object, objects) }
  return kind === 'Node' ? { node: bound } : { secret: bound }
}

/** Makes a token for an account as the request asks. Throws StatusError. */
export const requestToken = (
  account: Frozen<KubeObject>,
  request: KubeObject,
  context: WriteContext,
  { tokens, objects }: Pick<KindServices, 'tokens' | 'objects'>,
): KubeObject => {
  checkUid(account, request)
  const seconds = (at(request, 'spec', 'expirationSeconds') as number | undefined) ?? DEFAULT_SECONDS
  checkSeconds(seconds)
  const wanted = listAt(request, 'spec', 'audiences') as string[]
  const audiences = wanted.length > 0 ? wanted : tokens.audiences
  const reference = at(request, 'spec', 'boundObjectRef')
  const bound: BoundObjects = reference ? boundObjects(account, reference, objects) : {}
  const extended =
    bound.pod !== undefined && seconds === EXTENDED_WHEN_SECONDS && audiences.every((audience) => tokens.audiences.includes(audience))
  const { name = '', namespace = '', uid = '' } = account.metadata
  const issued = tokens.issue({
    namespace,
    name,
    uid,
    audiences,
    bound,
    seconds: extended ? EXTENDED_SECONDS : seconds,
    ...(extended ? { warnAfterSeconds: seconds } : {}),
  })
  const spec: ValueMap = { ...(request['spec'] as ValueMap), audiences: audiences as Value, expirationSeconds: seconds }
  spec['boundObjectRef'] ??= null
  const now = context.clock.now()
  return {
    kind: KIND.kind,
    apiVersion: `${KIND.group}/v1`,
    metadata: { ...request.metadata, name, namespace, uid, creationTimestamp: formatTime(now) },
    spec,
    status: { token: issued.token, expirationTimestamp: formatTime(now + seconds * 1000) },
  }
}
