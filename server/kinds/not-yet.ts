// The refusal of kinds that promise what this server cannot do yet.
import { type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'

/** Throws 501 with the name of what is missing. */
export const notYet =
  (what: string) =>
  (object: KubeObject): never => {
    throw new StatusError(
      501,
      'NotImplemented',
      `${what} are not supported by this server yet; ${textAt(object, 'metadata', 'name') || 'the object'} was not created`,
    )
  }
