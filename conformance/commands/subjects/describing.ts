// describe of many kinds: it reads objects, what hangs on them and their events.
import type { Subject } from '../command.ts'

const WORLD = `apiVersion: v1
kind: PersistentVolume
metadata: {name: hold}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /hold}
  storageClassName: slow
  persistentVolumeReclaimPolicy: Retain
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: space}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: slow}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow}
provisioner: kubernetes.io/no-provisioner
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, max: {cpu: "2"}, default: {cpu: 500m}, defaultRequest: {cpu: 100m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: bounds}
spec: {hard: {pods: "20", requests.cpu: "4"}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: wall}
spec:
  podSelector: {matchLabels: {app: pier}}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchLabels: {app: mate}}}, {ipBlock: {cidr: 10.1.0.0/16, except: [10.1.1.0/24]}}], ports: [{port: 80}]}]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: gate}
spec: {controller: harbour.local/gate}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: entry}
spec:
  ingressClassName: gate
  rules: [{host: a.local, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: pier, port: {number: 80}}}}]}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: calm}
spec: {minAvailable: 1, selector: {matchLabels: {app: pier}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: swell}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nothing}
  maxReplicas: 3
  behavior: {scaleDown: {policies: [{type: Pods, value: 1, periodSeconds: 60}]}}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: vip}
value: 7
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec: {replicas: 0, selector: {app: old}, template: {metadata: {labels: {app: old}}, spec: {containers: [{name: c, image: c}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  timeZone: Etc/UTC
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}}}
---
apiVersion: v1
kind: PodTemplate
metadata: {name: mould}
template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: c}]}}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: turn}
spec: {holderIdentity: me, leaseDurationSeconds: 10}
---
apiVersion: v1
kind: Pod
metadata: {name: full, labels: {app: full}}
spec:
  priorityClassName: vip
  terminationGracePeriodSeconds: 0
  initContainers: [{name: prep, image: p:1, command: [prep]}]
  containers:
  - name: main
    image: m:1
    env: [{name: A, value: b}, {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
    livenessProbe: {httpGet: {path: /healthz, port: 80}}
    readinessProbe: {exec: {command: [ready]}}
    volumeMounts: [{name: cfg, mountPath: /cfg}, {name: tmp, mountPath: /tmp}]
  volumes: [{name: cfg, configMap: {name: kube-root-ca.crt}}, {name: tmp, emptyDir: {medium: Memory}}]
  tolerations: [{key: a, operator: Exists, effect: NoSchedule}]
`

export const describing: Subject = {
  name: 'describing',
  files: { 'world.yaml': WORLD },
  before: [
    'kubectl create -f world.yaml',
    'kubectl create deployment pier --image=nginx --replicas=1 --port=80',
    'kubectl expose deployment pier --port=80',
    'kubectl create job once --image=x',
    'kubectl rollout status deployment/pier --timeout=30s',
    'kubectl wait --for=condition=Complete job/once --timeout=30s',
    'kubectl wait --for=condition=Ready pod/full --timeout=30s',
    "kubectl wait --for=jsonpath='{.status.phase}'=Bound pvc/space --timeout=30s",
    "kubectl wait --for=jsonpath='{.status.currentHealthy}'=1 pdb/calm --timeout=30s",
    "kubectl wait --for=jsonpath='{.status.conditions}' hpa/swell --timeout=30s",
    "kubectl wait --for=jsonpath='{.status.used.pods}'=2 quota/bounds --timeout=30s",
  ],
  commands: [
    'kubectl describe pod full',
    'kubectl describe pod full --show-events=false',
    'kubectl describe deployment pier',
    'kubectl describe rs',
    'kubectl describe service pier',
    'kubectl describe endpoints pier',
    'kubectl describe endpointslices',
    'kubectl describe job once',
    'kubectl describe cronjob nightly',
    'kubectl describe pvc space',
    'kubectl describe pv hold',
    'kubectl describe sc slow',
    'kubectl describe limitrange limits',
    'kubectl describe quota bounds',
    'kubectl describe namespace describing',
    'kubectl describe netpol wall',
    'kubectl describe ingress entry',
    'kubectl describe ingressclass gate',
    'kubectl describe pdb calm',
    'kubectl describe hpa swell',
    'kubectl describe priorityclass vip system-node-critical',
    'kubectl describe rc old',
    'kubectl describe podtemplate mould',
    'kubectl describe lease turn',
    'kubectl describe sa default',
    'kubectl describe cm kube-root-ca.crt | head -5',
    'kubectl describe flowschema exempt',
    'kubectl describe prioritylevelconfiguration catch-all',
    'kubectl describe servicecidr kubernetes',
    'kubectl describe apiservice v1.apps',
    'kubectl describe pods nothing',
    'kubectl describe pods -l app=nobody',
    'kubectl describe boats',
    'kubectl describe pod fu | head -1',
    'kubectl describe -f world.yaml | grep -c ^Name:',
    'kubectl get pods,pvc,pv,quota,limits,netpol,pdb,rc,cronjob,podtemplate,lease,sc,ingress,ingressclass -o wide',
    'kubectl get quota bounds -o yaml',
    'kubectl get limits limits -o yaml',
    'kubectl get hpa swell -o jsonpath={.spec.behavior}',
    'kubectl get netpol wall -o yaml',
    'kubectl delete -f world.yaml --wait=false',
  ],
}
