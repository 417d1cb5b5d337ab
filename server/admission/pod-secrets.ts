// Which secrets a pod names, anywhere. Upstream: pkg/api/pod VisitPodSecretNames.
import { at, textAt } from '../../apimachinery/kube-object.ts'
import type { AdmittedContainer, AdmittedPodSpec, AdmittedVolume } from './admitted-pod.ts'

/** Where volume sources name a secret. */
const PATHS: readonly (readonly string[])[] = [
  ['azureFile', 'secretName'],
  ['cephfs', 'secretRef', 'name'],
  ['cinder', 'secretRef', 'name'],
  ['flexVolume', 'secretRef', 'name'],
  ['rbd', 'secretRef', 'name'],
  ['secret', 'secretName'],
  ['scaleIO', 'secretRef', 'name'],
  ['iscsi', 'secretRef', 'name'],
  ['storageos', 'secretRef', 'name'],
  ['csi', 'nodePublishSecretRef', 'name'],
]

const ofVolume = (volume: AdmittedVolume): string[] => {
  const direct = PATHS.flatMap(([source = '', ...path]) =>
    at(volume, source, ...path.slice(0, -1)) === undefined ? [] : [textAt(volume, source, ...path)],
  )
  const projected = (volume.projected?.sources ?? []).flatMap((source) =>
    source['secret'] === undefined ? [] : [textAt(source, 'secret', 'name')],
  )
  return [...direct, ...projected]
}

const ofContainer = ({ env, envFrom }: AdmittedContainer): string[] => [
  ...(envFrom ?? []).flatMap(({ secretRef }) => (secretRef ? [secretRef.name ?? ''] : [])),
  ...(env ?? []).flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef.name ?? ''] : [])),
]

export const secretNamesOf = (spec: AdmittedPodSpec): string[] => [
  ...(spec.imagePullSecrets ?? []).map(({ name = '' }) => name),
  ...[...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])].flatMap(ofContainer),
  ...(spec.volumes ?? []).flatMap(ofVolume),
]
