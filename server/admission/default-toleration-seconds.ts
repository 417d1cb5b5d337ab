// DefaultTolerationSeconds: pods stay a while on a node that is not ready or not reached.
// Upstream: plugin/pkg/admission/defaulttolerationseconds.
import type { AdmissionPlugin } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { podOf, setInSpec, type Toleration } from './admitted-pod.ts'

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'

const tolerates = (tolerations: readonly Toleration[], taint: string): boolean =>
  tolerations.some(({ key = '', effect = '' }) => (key === taint || key === '') && (effect === 'NoExecute' || effect === ''))

export const defaultTolerationSeconds = ({ tolerationSeconds }: AdmissionParts): AdmissionPlugin => {
  const toleration = (key: string, seconds: number): Toleration => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: seconds,
  })
  return {
    name: 'DefaultTolerationSeconds',
    operations: ['CREATE', 'UPDATE'],
    resources: ['pods'],
    subresources: [''],
    admit: (attributes) => {
      const { spec } = podOf(attributes)
      const given = spec.tolerations ?? []
      const added = [
        ...(tolerates(given, NOT_READY) ? [] : [toleration(NOT_READY, tolerationSeconds.notReady)]),
        ...(tolerates(given, UNREACHABLE) ? [] : [toleration(UNREACHABLE, tolerationSeconds.unreachable)]),
      ]
      if (added.length > 0) setInSpec(attributes, { tolerations: [...given, ...added] })
    },
  }
}
