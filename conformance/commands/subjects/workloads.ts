// Workloads beyond deployments: jobs of all sorts, sets with their updates, controllers of old, pods with all that they can have.
import type { Subject } from '../command.ts'

const template = (app: string, more = ''): string => `
  template:
    metadata: {labels: {app: ${app}}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: "c:1"}]${more}}`

const WORLD = `apiVersion: batch/v1
kind: Job
metadata: {name: indexed}
spec:
  completions: 2
  parallelism: 2
  completionMode: Indexed
  backoffLimitPerIndex: 1${template('indexed', ', restartPolicy: Never')}
---
apiVersion: batch/v1
kind: Job
metadata: {name: held}
spec:
  suspend: true
  ttlSecondsAfterFinished: 600
  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}${template('held', ', restartPolicy: Never')}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: always}
spec:
  schedule: "0 0 1 1 *"
  suspend: true
  startingDeadlineSeconds: 60
  jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: c}]}}}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: veteran, labels: {app: veteran}}
spec:
  replicas: 1
  selector: {app: veteran}${template('veteran')}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: pack}
spec:
  replicas: 2
  minReadySeconds: 1
  selector: {matchLabels: {app: pack}}${template('pack')}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ordered}
spec:
  serviceName: ordered
  replicas: 2
  podManagementPolicy: Parallel
  updateStrategy: {rollingUpdate: {partition: 1}}
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}
  selector: {matchLabels: {app: ordered}}${template('ordered')}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: manual}
spec:
  updateStrategy: {type: OnDelete}
  selector: {matchLabels: {app: manual}}${template('manual', ', nodeSelector: {kubernetes.io/hostname: berth}')}
---
apiVersion: v1
kind: Pod
metadata: {name: rich, annotations: {kubernetes.io/psp: old}}
spec:
  schedulerName: nobody
  hostname: rich
  subdomain: sea
  enableServiceLinks: false
  automountServiceAccountToken: false
  dnsPolicy: None
  dnsConfig: {nameservers: [192.0.2.1], searches: [a.b], options: [{name: ndots, value: "2"}]}
  hostAliases: [{ip: 192.0.2.2, hostnames: [x]}]
  imagePullSecrets: [{name: yard}]
  readinessGates: [{conditionType: a.b/c}]
  schedulingGates: [{name: a.b/gate}]
  topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}]
  affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone}}]}}
  securityContext: {runAsUser: 5, fsGroup: 6, seccompProfile: {type: RuntimeDefault}, sysctls: [{name: kernel.shm_rmid_forced, value: "1"}]}
  initContainers:
  - {name: side, image: s, restartPolicy: Always, startupProbe: {tcpSocket: {port: 1}}}
  containers:
  - name: main
    image: "m:latest"
    envFrom: [{configMapRef: {name: none, optional: true}}, {prefix: P_, secretRef: {name: none}}]
    lifecycle: {preStop: {sleep: {seconds: 1}}, postStart: {exec: {command: [hi]}}}
    livenessProbe: {grpc: {port: 5}}
    resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]
    resources: {requests: {cpu: 0.1, memory: 1e6}, limits: {cpu: 1, ephemeral-storage: 1G}}
    securityContext: {capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
    ports: [{containerPort: 80, hostPort: 8080, name: web}, {containerPort: 80, name: again}]
    volumeMounts: [{name: all, mountPath: /all, readOnly: true, recursiveReadOnly: IfPossible}, {name: shm, mountPath: /shm, subPath: a}]
  volumes:
  - {name: all, projected: {sources: [{secret: {name: s}}, {downwardAPI: {items: [{path: p, fieldRef: {fieldPath: metadata.labels}}]}}]}}
  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
  - {name: later, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}
`

export const workloads: Subject = {
  name: 'workloads',
  files: { 'world.yaml': WORLD },
  commands: [
    'kubectl create -f world.yaml',
    'kubectl wait --for=condition=Complete job/indexed --timeout=40s',
    'kubectl get jobs -o wide',
    'kubectl get job indexed -o jsonpath={.status.completedIndexes}/{.status.succeeded}',
    'kubectl describe job indexed | grep -v "^  *Normal"',
    'kubectl describe job held',
    'kubectl patch job held -p \'{"spec":{"suspend":false}}\'',
    'kubectl wait --for=condition=Complete job/held --timeout=40s',
    'kubectl patch job held -p \'{"spec":{"suspend":true}}\' -o jsonpath={.spec.suspend}',
    'kubectl get pods -l job-name=indexed -o custom-columns=I:.metadata.annotations --no-headers | sort',
    'kubectl delete job indexed',
    'kubectl get cronjob always -o wide',
    'kubectl create job by-hand --from=cronjob/always -o jsonpath={.metadata.ownerReferences[0].name}',
    'kubectl wait --for=condition=Complete job/by-hand --timeout=40s',
    "kubectl wait --for=jsonpath='{.status.readyReplicas}'=1 rc/veteran --timeout=30s",
    'kubectl get rc -o wide',
    'kubectl scale rc veteran --replicas=2 --current-replicas=1',
    "kubectl wait --for=jsonpath='{.status.readyReplicas}'=2 rc/veteran --timeout=30s",
    'kubectl describe rc veteran | grep -v Created',
    'kubectl expose rc veteran --port=80 --type=LoadBalancer --external-ip=192.0.2.9 --session-affinity=ClientIP -o yaml',
    "kubectl wait --for=jsonpath='{.status.availableReplicas}'=2 rs/pack --timeout=30s",
    'kubectl get rs pack -o wide',
    'kubectl scale rs pack --replicas=1',
    'kubectl autoscale rs pack --max=4',
    'kubectl set image rs pack c=c:2',
    'kubectl rollout status rs/pack',
    'kubectl rollout status sts/ordered --timeout=30s | tail -1',
    { line: 'kubectl get sts ordered -o yaml', until: ['kubectl get sts ordered -o jsonpath={.status.availableReplicas} | grep -x 2'] },
    'kubectl set env sts/ordered A=b',
    'kubectl rollout status sts/ordered --timeout=30s | tail -1 | sed "s/[0-9a-z]*$//"',
    {
      line: "kubectl get pods -l app=ordered -o jsonpath='{range .items[*]}{.metadata.name}={.spec.containers[0].env[0].value} {end}'",
      until: ['kubectl get pod ordered-1 -o jsonpath={.spec.containers[0].env[0].value} | grep b'],
    },
    'kubectl rollout history sts/ordered',
    'kubectl rollout undo sts/ordered',
    'kubectl patch sts ordered -p \'{"spec":{"serviceName":"other"}}\'',
    'kubectl describe sts ordered | grep -v Successful',
    'kubectl rollout status ds/manual --timeout=20s',
    'kubectl describe ds manual | grep -v Created',
    'kubectl get pod rich -o yaml',
    'kubectl get pod rich -o wide',
    'kubectl describe pod rich',
    'kubectl patch pod rich -p \'{"spec":{"schedulingGates":[]}}\' --type=merge -o jsonpath={.spec.schedulingGates}',
    'kubectl patch pod rich --subresource=resize -p \'{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"200m"}}}]}}\'',
    'kubectl patch pod rich -p \'{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"300m"}}}]}}\' 2>&1 | head -1',
    'kubectl set image pod/rich main=m:2 side=s:2',
    'kubectl get events --field-selector=involvedObject.name=rich -o name | grep -c event',
    'kubectl get all -o name | sed "s/-[a-z0-9]\\{5\\}$//" | sort',
    'kubectl delete rs,rc,sts,ds --all --cascade=foreground',
    'kubectl delete pods --all --force --grace-period=0 2>&1 | grep -c deleted.from',
  ],
}
