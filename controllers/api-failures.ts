// What a refused request means to a controller.
import { StatusError } from '../apimachinery/status-error.ts'

export const isNotFound = (error: unknown): boolean => error instanceof StatusError && error.code === 404

export const isConflict = (error: unknown): boolean => error instanceof StatusError && error.reason === 'Conflict'

export const alreadyExists = (error: unknown): boolean => error instanceof StatusError && error.reason === 'AlreadyExists'

/** Nothing more is made in a namespace that goes away. */
export const namespaceTerminates = (error: unknown): boolean =>
  error instanceof StatusError && (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating')
