// The one error a client ever sees, and the catalogue that makes it. Upstream: k8s.io/apimachinery/pkg/api/errors.

import { type FieldError, fieldErrorBody, fieldErrorMessage } from './field-error.ts'
import { aggregated } from './go-text.ts'
import { type GroupResource, qualified } from './kube-object.ts'

export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
}

export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: { resourceVersion?: string }
  status?: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: StatusDetails
  code?: number
}

/** Thrown anywhere below the handlers; `status` is the answer's body. */
export class StatusError extends Error {
  readonly status: Status
  /** Said before anything that was asked for was looked at; upstream's filters mark such answers. */
  byFilter = false
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message)
    this.status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message }
    if (reason !== '') this.status.reason = reason
    if (details !== undefined) this.status.details = details
    this.status.code = code
  }
  get code(): number {
    return this.status.code ?? 500
  }
  get reason(): string {
    return this.status.reason ?? ''
  }
}

const quote = (text: string): string => JSON.stringify(text)

const resourceDetails = (resource: GroupResource, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(resource.group === '' ? {} : { group: resource.group }),
  ...(resource.resource === '' ? {} : { kind: resource.resource }),
})

export const notFound = (resource: GroupResource, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualified(resource)} ${quote(name)} not found`, resourceDetails(resource, name))

/** The answer for a path nobody serves, which names no object. */
export const pathNotFound = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})

export const alreadyExists = (resource: GroupResource, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${qualified(resource)} ${quote(name)} already exists`, resourceDetails(resource, name))

export const generateNameConflict = (resource: GroupResource, name: string): StatusError =>
  new StatusError(
    409,
    'AlreadyExists',
    `${qualified(resource)} ${quote(name)} already exists, the server was not able to generate a unique name for the object`,
    { ...resourceDetails(resource, name), retryAfterSeconds: 1 },
  )

export const conflict = (resource: GroupResource, name: string, why: string): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} ${quote(name)}: ${why}`,
    resourceDetails(resource, name),
  )

/** The object was changed since the client read it. */
export const staleWrite = (resource: GroupResource, name: string): StatusError =>
  conflict(resource, name, 'the object has been modified; please apply your changes to the latest version and try again')

export const forbidden = (resource: GroupResource, name: string, why: string): StatusError => {
  const subject =
    resource.group === '' && resource.resource === ''
      ? 'forbidden'
      : `${qualified(resource)}${name === '' ? '' : ` ${quote(name)}`} is forbidden`
  return new StatusError(403, 'Forbidden', `${subject}: ${why}`, resourceDetails(resource, name))
}

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized')

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message)

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

export const requestEntityTooLarge = (limit: string): StatusError =>
  new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${limit}`)

/** The revision asked for is compacted away. */
export const expired = (message: string): StatusError => new StatusError(410, 'Expired', message)

export const tooManyRequests = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError(429, 'TooManyRequests', message, retryAfterSeconds > 0 ? { retryAfterSeconds } : {})

export const serviceUnavailable = (message: string): StatusError => new StatusError(503, 'ServiceUnavailable', message)

export const timeout = (message: string, retryAfterSeconds: number, causes?: StatusCause[]): StatusError =>
  new StatusError(504, 'Timeout', `Timeout: ${message}`, {
    ...(causes ? { causes } : {}),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  })

export const internalError = (message: string): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })

/** 422: every field error as a cause, and their sum as the message. `kind` is the kind, with its group, not the resource. */
export const invalid = (kind: { group: string; kind: string }, name: string, errors: readonly FieldError[]): StatusError => {
  const subject = `${kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`} ${quote(name)} is invalid`
  const said = aggregated(errors.map(fieldErrorMessage))
  const tail = said === '' ? '' : `: ${said}`
  return new StatusError(422, 'Invalid', `${subject}${tail}`, {
    ...resourceDetails({ group: kind.group, resource: kind.kind }, name),
    ...(errors.length === 0
      ? {}
      : { causes: errors.map((error) => ({ reason: error.type, message: fieldErrorBody(error), field: error.field })) }),
  })
}

/** An error upstream gives no reason to: code 500 and the bare message. */
export const unreasoned = (message: string): StatusError => new StatusError(500, '', message)
