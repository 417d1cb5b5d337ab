// What a server refuses or warns of: limits, quotas, pod security, disruption budgets, wrong fields, versions that are gone.
import type { Subject } from '../command.ts'

const deployment = (name: string, spec: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: ${spec}
`

export const refusals: Subject = {
  name: 'refusals',
  files: {
    'limits.yaml': `apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec:
  limits:
  - {type: Container, max: {cpu: "1"}, min: {cpu: 10m}, default: {cpu: 200m}, defaultRequest: {cpu: 100m}}
  - {type: PersistentVolumeClaim, max: {storage: 1Gi}}
`,
    'big.yaml': `apiVersion: v1
kind: Pod
metadata: {name: big}
spec: {containers: [{name: c, image: c, resources: {limits: {cpu: "2"}}}]}
`,
    'claim.yaml': `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: wide}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
`,
    'root.yaml': deployment('root', '{hostNetwork: true, containers: [{name: c, image: c, securityContext: {privileged: true}}]}'),
    'old.yaml': 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: x}\nspec: {}\n',
    'beta.yaml': 'apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: {name: x}\nspec: {}\n',
    'wrong.yaml': `apiVersion: v1
kind: Pod
metadata: {name: Wrong, labels: {"a b": c}}
spec:
  restartPolicy: Perhaps
  containers:
  - {name: UPPER, image: "", ports: [{containerPort: 99999, protocol: X}], env: [{name: ""}]}
  - {name: same, image: i, volumeMounts: [{name: none, mountPath: /x}]}
  - {name: same, image: i, resources: {limits: {cpu: -1}, requests: {cpu: "2"}}}
  volumes: [{name: v}]
`,
    'unknown.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: u, colour: red}\nspec: {containers: [{name: c, image: c, sails: 2}]}\n',
    'twice.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice, name: thrice}\ndata: {a: "1", a: "2"}\n',
    'types.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: types}\ndata: {a: 1}\n',
    'list.yaml': `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: first}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: Second}}
- {apiVersion: v1, kind: Secret, metadata: {name: third}, stringData: {a: b}}
`,
    'service.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: {name: gate}\nspec: {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}, {port: 81}]}\n',
  },
  commands: [
    'kubectl create -f limits.yaml',
    'kubectl create -f big.yaml',
    'kubectl create -f claim.yaml',
    'kubectl run small --image=c --dry-run=server -o jsonpath={.spec.containers[0].resources}',
    'kubectl run small --image=c --dry-run=server -o jsonpath={.metadata.annotations}',
    'kubectl create quota few --hard=pods=1,configmaps=3,requests.cpu=150m',
    { line: 'kubectl run one --image=c', until: ['kubectl get quota few -o jsonpath={.status.hard.pods} | grep -x 1'] },
    { line: 'kubectl run two --image=c', until: ['kubectl get quota few -o jsonpath={.status.used.pods} | grep -x 1'] },
    'kubectl describe quota few',
    'kubectl create cm a',
    'kubectl create cm b',
    { line: 'kubectl create cm c', until: ['kubectl get quota few -o jsonpath={.status.used.configmaps} | grep -x 3'] },
    'kubectl create cm c --dry-run=server',
    { line: 'kubectl create deployment crowd --image=c --replicas=2', until: ['kubectl get quota few'] },
    {
      line: 'kubectl get deployment crowd -o jsonpath=\'{.status.conditions[?(@.type=="ReplicaFailure")].message}\'',
      until: ["kubectl get deployment crowd -o jsonpath='{.status.conditions[*].type}' | grep ReplicaFailure"],
    },
    {
      line: 'kubectl get events --field-selector=reason=FailedCreate -o custom-columns=M:.message --no-headers | sort -u | head -1',
      until: ['kubectl get events --field-selector=reason=FailedCreate -o name | grep event'],
    },
    'kubectl delete quota few',
    'kubectl delete deployment crowd',
    'kubectl label namespace refusals pod-security.kubernetes.io/enforce=restricted',
    'kubectl run secure --image=c',
    'kubectl create deployment warned --image=c --replicas=0',
    'kubectl apply -f root.yaml --dry-run=server',
    'kubectl label namespace refusals pod-security.kubernetes.io/enforce=baseline --overwrite',
    'kubectl label namespace refusals pod-security.kubernetes.io/enforce=wrong --overwrite',
    'kubectl label namespace refusals pod-security.kubernetes.io/enforce-',
    'kubectl label namespace refusals pod-security.kubernetes.io/warn=baseline pod-security.kubernetes.io/audit=restricted',
    'kubectl create -f root.yaml',
    'kubectl create -f old.yaml',
    'kubectl create -f beta.yaml',
    'kubectl create -f wrong.yaml',
    'kubectl create -f unknown.yaml',
    'kubectl create -f unknown.yaml --validate=warn',
    'kubectl create -f unknown.yaml --validate=ignore --dry-run=server',
    'kubectl create -f twice.yaml',
    'kubectl create -f types.yaml',
    'kubectl create -f list.yaml',
    'kubectl create -f service.yaml',
    'kubectl create -f service.yaml --validate=false --dry-run=server 2>&1 | cut -c1-80',
    'sed "s/port: 81}/port: 81, name: b}/;s/port: 80}/port: 80, name: a}/" service.yaml | kubectl create -f - -o yaml',
    'kubectl patch svc gate -p \'{"spec":{"type":"ExternalName","externalName":"x.local"}}\'',
    'kubectl patch svc gate -p \'{"spec":{"type":"ClusterIP"}}\'',
    'kubectl patch svc gate -p \'{"spec":{"type":"ClusterIP","externalTrafficPolicy":null}}\' -o yaml',
    'kubectl patch svc gate -p \'{"spec":{"ipFamilyPolicy":"RequireDualStack"}}\'',
    'kubectl patch svc gate -p \'{"spec":{"sessionAffinity":"ClientIP"}}\' -o jsonpath={.spec.sessionAffinityConfig}',
    'kubectl patch deployment warned -p \'{"spec":{"selector":{"matchLabels":{"x":"y"}}}}\'',
    'kubectl patch deployment warned -p \'{"spec":{"replicas":-1}}\'',
    'kubectl patch deployment warned -p \'{"spec":{"strategy":{"type":"Recreate"}}}\'',
    'kubectl patch deployment warned -p \'{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}\' -o jsonpath={.spec.strategy}',
    'kubectl patch deployment warned --subresource=scale --type=merge -p \'{"spec":{"replicas":0}}\' -o yaml',
    'kubectl patch deployment warned --subresource=status --type=merge -p \'{"status":{"replicas":-4}}\'',
    'EDITOR=true kubectl edit deployment warned --subresource=scale',
    'EDITOR="sed -i s/replicas:.*/replicas:\\ 0/" kubectl edit deployment warned --subresource=status',
    'kubectl get deployment warned -o json | kubectl replace --subresource=status -f -',
    'kubectl create secret generic sealed --from-literal=a=b',
    'kubectl patch secret sealed -p \'{"immutable":true}\'',
    'kubectl patch secret sealed -p \'{"stringData":{"a":"c"}}\'',
    'kubectl patch secret sealed -p \'{"type":"other"}\'',
    'kubectl patch namespace refusals -p \'{"spec":{"finalizers":["x"]}}\'',
    'kubectl create cm x -n nowhere',
    'kubectl create job j --image=c -- true',
    'kubectl patch job j -p \'{"spec":{"completions":3}}\'',
    'kubectl patch job j -p \'{"spec":{"template":{"spec":{"restartPolicy":"Always"}}}}\'',
    'kubectl create cronjob cj --image=c --schedule="TZ=UTC 0 * * * *"',
    'kubectl create cronjob cj --image=c --schedule="@hourly" -o jsonpath={.spec.schedule}',
    'kubectl get --server-print=false configmaps,secrets',
    'kubectl get --server-print=false pods -o wide',
    'kubectl get pods --as=system:serviceaccount:refusals:default',
    'kubectl create cm x --as=nobody --as-group=system:masters',
    'kubectl get cm x --as=mallory --as-group=x -o name',
    'kubectl auth can-i --list --as=mallory -o name',
    'kubectl delete cm -l app --all',
    'kubectl delete cm,secret -l app=none',
    'kubectl delete cm x a b --wait=false',
    'kubectl delete deployments,services,cronjobs --all --wait=false',
    'kubectl delete -f limits.yaml -f claim.yaml --ignore-not-found',
  ],
}
