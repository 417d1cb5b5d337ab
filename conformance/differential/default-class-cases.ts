// Classes that are the whole cluster's default: run before anything else, so that no other case meets them.
import { AdmissionSteps, claim, object, pod } from './admission-steps.ts'
import { type JsonObject, objectAt } from './json-value.ts'
import type { Case } from './step.ts'

const priorities = (): Case => {
  const on = new AdmissionSteps('Priority')
  const priorityClass = (name: string, rest: JsonObject): JsonObject => object('scheduling.k8s.io/v1', 'PriorityClass', `adm-${name}`, rest)
  const [low, calm, usual, second] = [
    priorityClass('low', { value: -10 }),
    priorityClass('calm', { value: 7, preemptionPolicy: 'Never' }),
    priorityClass('usual', { value: 42, globalDefault: true }),
    priorityClass('second', { value: 43, globalDefault: true }),
  ] as [JsonObject, JsonObject, JsonObject, JsonObject]
  const system = { priorityClassName: 'system-node-critical' }
  return {
    name: 'priority classes',
    steps: [
      ...on.prepare(),
      on.create(low),
      on.create(calm, { settles: true }),
      on.create(pod('none')),
      on.create(pod('low', { priorityClassName: 'adm-low' })),
      on.create(pod('low-same', { priorityClassName: 'adm-low', priority: -10 })),
      on.create(pod('low-other', { priorityClassName: 'adm-low', priority: 5 })),
      on.create(pod('calm', { priorityClassName: 'adm-calm' })),
      on.create(pod('calm-other', { priorityClassName: 'adm-calm', preemptionPolicy: 'PreemptLowerPriority' })),
      on.create(pod('missing', { priorityClassName: 'adm-missing' })),
      on.create(pod('number', { priority: 3 })),
      on.create(pod('system', system)),
      on.create(usual, { settles: true }),
      on.create(second),
      on.update(low, (held) => ({ ...held, globalDefault: true })),
      on.create(pod('usual')),
      on.update(pod('none'), (held) => ({ ...held, metadata: { ...objectAt(held, 'metadata'), labels: { a: 'b' } } })),
      on.patch(pod('low'), { spec: { priority: 1 } }),
      on.remove(usual, { settles: true }),
      on.create(pod('after')),
      on.remove(low),
      on.remove(calm),
    ],
  }
}

const storage = (): Case => {
  const on = new AdmissionSteps('DefaultStorageClass')
  const provisioner = 'example.com/disk'
  const marked = { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }
  const usual = object('storage.k8s.io/v1', 'StorageClass', 'adm-usual', { provisioner, metadata: marked, allowVolumeExpansion: true })
  const other = object('storage.k8s.io/v1', 'StorageClass', 'adm-another', { provisioner, metadata: marked })
  const grow = (name: string): JsonObject => claim(name, '1Gi')
  const grown = (held: JsonObject): JsonObject => ({
    ...held,
    spec: { ...objectAt(held, 'spec'), resources: { requests: { storage: '2Gi' } } },
  })
  const bound = (held: JsonObject): JsonObject => ({
    ...held,
    status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
  })
  const volume = object('v1', 'PersistentVolume', 'adm-volume', {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/v' } },
  })
  return {
    name: 'storage classes, growth, protection',
    steps: [
      ...on.prepare(),
      on.create(claim('before', '1Gi')),
      on.create(usual, { settles: true }),
      on.create(other, { settles: true }),
      on.create(claim('usual', '1Gi')),
      on.create(claim('none', '1Gi', { storageClassName: '' })),
      on.create(claim('named', '1Gi', { storageClassName: 'adm-usual' })),
      on.create(
        object('v1', 'PersistentVolumeClaim', 'older', {
          ...claim('older', '1Gi'),
          metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } },
        }),
      ),
      on.create({ ...claim('kept', '1Gi'), metadata: { name: 'kept', finalizers: ['kubernetes.io/pvc-protection'] } }),
      on.update(grow('named'), grown),
      ...['named', 'none', 'usual'].flatMap((name) => [
        on.update(grow(name), bound, { subresource: 'status' }),
        on.update(grow(name), grown),
      ]),
      on.create(volume),
      on.create(
        object('storage.k8s.io/v1', 'VolumeAttributesClass', 'adm-attributes', { driverName: 'd.example.com', parameters: { a: 'b' } }),
      ),
      on.remove(claim('named', '1Gi')),
      on.remove(volume),
      on.remove(usual),
      on.remove(other),
    ],
  }
}

const ingresses = (): Case => {
  const on = new AdmissionSteps('DefaultIngressClass')
  const marked = { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }
  const usual = object('networking.k8s.io/v1', 'IngressClass', 'adm-usual', { metadata: marked, spec: { controller: 'example.com/c' } })
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } }
  const ingress = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject =>
    object('networking.k8s.io/v1', 'Ingress', name, { metadata, spec: { defaultBackend, ...spec } })
  return {
    name: 'ingress classes',
    steps: [
      ...on.prepare(),
      on.create(ingress('before')),
      on.create(usual, { settles: true }),
      on.create(ingress('usual')),
      on.create(ingress('named', { ingressClassName: 'other' })),
      on.create(ingress('annotated', {}, { annotations: { 'kubernetes.io/ingress.class': 'x' } })),
      on.remove(usual),
    ],
  }
}

export const defaultClassCases = (): Case[] => [priorities(), storage(), ingresses()]
