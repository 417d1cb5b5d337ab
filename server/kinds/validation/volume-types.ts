// What validation reads of volumes. Upstream: k8s.io/api/core/v1 types.go VolumeSource.
import type { LabelSelector, Labels } from './label-selectors.ts'
import type { ObjectFieldSelector, ObjectFields, Quantities, ResourceFieldSelector } from './pod-types.ts'

export interface KeyToPath {
  key?: string
  path?: string
  mode?: number
}

export interface DownwardFile {
  path?: string
  fieldRef?: ObjectFieldSelector
  resourceFieldRef?: ResourceFieldSelector
  mode?: number
}

export interface ClusterTrustBundleProjection {
  name?: string
  signerName?: string
  labelSelector?: LabelSelector
  path?: string
}

export interface PodCertificateProjection {
  signerName?: string
  keyType?: string
  maxExpirationSeconds?: number
  credentialBundlePath?: string
  keyPath?: string
  certificateChainPath?: string
  userAnnotations?: Labels
}

export interface ProjectedSource {
  secret?: { name?: string; items?: readonly KeyToPath[] }
  configMap?: { name?: string; items?: readonly KeyToPath[] }
  downwardAPI?: { items?: readonly DownwardFile[] }
  serviceAccountToken?: { expirationSeconds?: number; path?: string }
  clusterTrustBundle?: ClusterTrustBundleProjection
  podCertificate?: PodCertificateProjection
}

export interface ProjectedVolume {
  sources?: readonly ProjectedSource[] | null
  defaultMode?: number
}

interface DataSource {
  apiGroup?: string | null
  kind?: string
  name?: string
  namespace?: string
}

export interface ClaimSpec {
  accessModes?: readonly string[]
  selector?: LabelSelector
  resources?: { requests?: Quantities; limits?: Quantities }
  storageClassName?: string
  volumeMode?: string
  dataSource?: DataSource
  dataSourceRef?: DataSource
  volumeAttributesClassName?: string
}

interface SecretRef {
  name?: string
}

/** One volume: its name and exactly one of the sources. */
export interface Volume {
  name?: string
  emptyDir?: { sizeLimit?: string }
  hostPath?: { path?: string; type?: string }
  gitRepo?: { repository?: string; directory?: string }
  gcePersistentDisk?: { pdName?: string; partition?: number }
  awsElasticBlockStore?: { volumeID?: string; partition?: number }
  secret?: { secretName?: string; defaultMode?: number; items?: readonly KeyToPath[] }
  nfs?: { server?: string; path?: string }
  iscsi?: {
    targetPortal?: string
    iqn?: string
    lun?: number
    chapAuthDiscovery?: boolean
    chapAuthSession?: boolean
    secretRef?: SecretRef
    initiatorName?: string
  }
  glusterfs?: { endpoints?: string; path?: string }
  flocker?: { datasetName?: string; datasetUUID?: string }
  persistentVolumeClaim?: { claimName?: string }
  rbd?: { monitors?: readonly string[] | null; image?: string }
  cinder?: { volumeID?: string; secretRef?: SecretRef }
  cephfs?: { monitors?: readonly string[] | null }
  quobyte?: { registry?: string; volume?: string; tenant?: string }
  downwardAPI?: { defaultMode?: number; items?: readonly DownwardFile[] }
  fc?: { targetWWNs?: readonly string[]; wwids?: readonly string[]; lun?: number }
  flexVolume?: { driver?: string; options?: Labels }
  configMap?: { name?: string; defaultMode?: number; items?: readonly KeyToPath[] }
  azureFile?: { secretName?: string; shareName?: string }
  vsphereVolume?: { volumePath?: string }
  photonPersistentDisk?: { pdID?: string }
  portworxVolume?: { volumeID?: string }
  azureDisk?: { diskName?: string; diskURI?: string; cachingMode?: string; kind?: string }
  storageos?: { volumeName?: string; volumeNamespace?: string; secretRef?: SecretRef }
  projected?: ProjectedVolume
  scaleIO?: { gateway?: string; system?: string; volumeName?: string; secretRef?: SecretRef | null }
  csi?: { driver?: string; nodePublishSecretRef?: SecretRef }
  ephemeral?: { volumeClaimTemplate?: { metadata?: ObjectFields; spec?: ClaimSpec } }
  image?: { reference?: string; pullPolicy?: string }
}
