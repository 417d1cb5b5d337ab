// What the rules of a pod's parts need to know of the whole.
import type { Integer, PodSpec } from './pod-types.ts'
import type { Tolerances } from './tolerances.ts'
import type { Volume } from './volume-types.ts'

export interface PodContext {
  tolerances: Readonly<Tolerances>
  /** A pod itself, not the template of one. */
  isPod: boolean
  /** Of pods that have one; claims of ephemeral volumes are named after it. */
  podName: string
  isStatic: boolean
  gracePeriod: Integer | undefined
  os: PodSpec['os']
  restartPolicy: string
  /** Whether users in the pod are the node's. */
  hostUsers: boolean
  /** The sound volumes by name. */
  volumes: ReadonlyMap<string, Volume>
  claimNames: ReadonlySet<string>
}
