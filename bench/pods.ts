// Pods as clusters have them: labels, annotations, two containers with probes, resources and mounts, placed on one of twenty nodes.
export const NAMESPACE = 'bench'
export const NODES = 20
export const APPS = 40
/** An annotation's value. */
export const HASH = 'c2b7f1d0a94e5b6f8c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b'

const container = (name: string, port: number): object => ({
  name,
  image: `example.test/shop/${name}:2.14.3`,
  imagePullPolicy: 'IfNotPresent',
  args: ['--log-format=json', `--listen=:${port}`, '--config=/etc/shop/config.yaml'],
  ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
  env: [
    { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } },
    { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'database', key: 'url' } } },
    { name: 'REGION', value: 'north' },
  ],
  resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
  livenessProbe: {
    httpGet: { path: '/livez', port: 'http', scheme: 'HTTP' },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    timeoutSeconds: 2,
    successThreshold: 1,
    failureThreshold: 3,
  },
  readinessProbe: {
    httpGet: { path: '/readyz', port: 'http', scheme: 'HTTP' },
    periodSeconds: 5,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  },
  volumeMounts: [
    { name: 'config', mountPath: '/etc/shop', readOnly: true },
    { name: 'cache', mountPath: '/var/cache/shop' },
  ],
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
})

export const podName = (index: number): string => `shop-frontend-7d9f8b6c5d-${String(index).padStart(5, '0')}`

export const pod = (index: number): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: podName(index),
    namespace: NAMESPACE,
    labels: {
      app: `app-${index % APPS}`,
      'app.kubernetes.io/part-of': 'shop',
      'pod-template-hash': '7d9f8b6c5d',
      tier: 'frontend',
      track: index % 10 === 0 ? 'canary' : 'stable',
    },
    annotations: {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '8080',
      'example.test/config-hash': HASH,
    },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'shop-frontend-7d9f8b6c5d',
        uid: '6f1c9a52-0c0e-4a3a-9a55-6a2f5d3f7b10',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec: {
    nodeName: `node-${index % NODES}`,
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    containers: [container('frontend', 8080), container('proxy', 9090)],
    volumes: [
      { name: 'config', configMap: { name: 'shop-frontend', defaultMode: 420 } },
      { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
    ],
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: `app-${index % APPS}` } } },
          },
        ],
      },
    },
  },
})
