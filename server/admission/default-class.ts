// DefaultStorageClass and DefaultIngressClass: what names no class gets the one that is marked, the newest of several.
// Upstream: plugin/pkg/admission/storage/storageclass/setdefault, plugin/pkg/admission/network/defaultingressclass.
import { at, type Frozen, type KubeObject, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { AdmissionPlugin } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'

interface Class {
  readonly name: string
  readonly created: string
  readonly isDefault: boolean
}

const CLAIM_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
const INGRESS_ANNOTATION = 'kubernetes.io/ingress.class'
const STORAGE_MARKS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const INGRESS_MARKS = ['ingressclass.kubernetes.io/is-default-class']

const prepare =
  (marks: readonly string[]) =>
  ({ metadata }: Frozen<KubeObject>): Class => ({
    name: metadata.name ?? '',
    created: metadata.creationTimestamp ?? '',
    isDefault: marks.some((mark) => metadata.annotations?.[mark] === 'true'),
  })

/** The newest that is marked; of those of one second the first by name. */
const chosen = (classes: readonly Class[]): string | undefined => {
  let best: Class | undefined
  for (const candidate of classes) if (candidate.isDefault && (!best || candidate.created > best.created)) best = candidate
  return best?.name
}

const setClass = (object: KubeObject | undefined, annotation: string, member: string, classes: () => readonly Class[]): void => {
  if (!object || object.metadata.annotations?.[annotation] !== undefined || at(object, 'spec', member) !== undefined) return
  const name = chosen(classes())
  if (name !== undefined) object['spec'] = { ...(object['spec'] as ValueMap | undefined), [member]: name }
}

export const defaultStorageClass = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const classes = prepared('storage.k8s.io', 'storageclasses', prepare(STORAGE_MARKS))
  return {
    name: 'DefaultStorageClass',
    operations: ['CREATE'],
    resources: ['persistentvolumeclaims'],
    subresources: [''],
    admit: ({ object }) => setClass(object, CLAIM_ANNOTATION, 'storageClassName', () => classes.list('')),
  }
}

export const defaultIngressClass = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const classes = prepared('networking.k8s.io', 'ingressclasses', prepare(INGRESS_MARKS))
  return {
    name: 'DefaultIngressClass',
    operations: ['CREATE'],
    resources: ['ingresses.networking.k8s.io'],
    subresources: [''],
    admit: ({ object }) => setClass(object, INGRESS_ANNOTATION, 'ingressClassName', () => classes.list('')),
  }
}
