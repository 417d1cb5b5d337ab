// Workloads as they are run day by day: run, expose, set, scale, autoscale, rollout.
import type { Subject } from '../command.ts'

const settled = (kind: string, name: string): string => `kubectl rollout status ${kind}/${name} --timeout=20s`

export const rollouts: Subject = {
  name: 'rollouts',
  files: {
    'sets.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: fleet}
spec:
  replicas: 2
  serviceName: fleet
  selector: {matchLabels: {app: fleet}}
  template:
    metadata: {labels: {app: fleet}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: boat, image: "boat:1"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: lamps}
spec:
  selector: {matchLabels: {app: lamps}}
  template:
    metadata: {labels: {app: lamps}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: lamp, image: "lamp:1"}]}
`,
  },
  commands: [
    'kubectl create deployment pier --image=nginx:1 --replicas=2 --port=80',
    'kubectl rollout status deployment/pier --timeout=30s | tail -1',
    'kubectl get deployment pier -o wide',
    {
      line: 'kubectl get rs -l app=pier -o wide',
      until: ['kubectl get rs -l app=pier -o jsonpath={.items[0].status.readyReplicas} | grep -x 2'],
    },
    'kubectl get pods -l app=pier -o wide',
    'kubectl get deployment pier -o jsonpath={.status.conditions[*].reason}',
    'kubectl expose deployment pier --port=80 --target-port=8080',
    'kubectl expose deployment pier --name=outer --type=NodePort --port=80 -o yaml',
    'kubectl expose deployment pier',
    'kubectl expose service pier --name=again --port=81 --selector=app=other',
    'kubectl expose deployment nothing --port=80',
    'kubectl get services',
    'kubectl set image deployment/pier nginx=nginx:2',
    { line: 'kubectl rollout history deployment/pier', until: [settled('deployment', 'pier')] },
    'kubectl rollout history deployment/pier --revision=2',
    'kubectl rollout history deployment/pier --revision=9',
    'kubectl set image deployment/pier wrong=nginx:2',
    'kubectl set image deployment/pier "*=nginx:2" --all --dry-run=server',
    'kubectl set env deployment/pier TIDE=high DEPTH=12',
    'kubectl set env deployment/pier --list',
    'kubectl set env deployment/pier TIDE-',
    {
      line: 'kubectl set env deployment/pier --from=configmap/weather --prefix=W_',
      before: ['kubectl create cm weather --from-literal=wind=3'],
    },
    'kubectl set resources deployment pier --limits=cpu=200m,memory=64Mi --requests=cpu=100m',
    'kubectl set resources deployment pier --limits=cpu=50m',
    'kubectl set serviceaccount deployment pier default',
    'kubectl set serviceaccount deployment nothing default',
    'kubectl set selector service again app=third -o yaml',
    'kubectl set selector service again "app in"',
    {
      line: 'kubectl set subject rolebinding hands --user=alice',
      before: ['kubectl create rolebinding hands --clusterrole=view --user=bob'],
    },
    'kubectl set subject rolebinding hands --serviceaccount=rollouts:default -o yaml',
    'kubectl set subject rolebinding hands',
    'kubectl get deployment pier -o yaml --subresource=scale',
    { line: 'kubectl rollout undo deployment/pier', until: [settled('deployment', 'pier')] },
    { line: 'kubectl rollout undo deployment/pier --to-revision=1', until: [settled('deployment', 'pier')] },
    'kubectl rollout undo deployment/pier --to-revision=77',
    'kubectl rollout undo deployment/pier --dry-run=server',
    { line: 'kubectl rollout history deployment pier', until: [settled('deployment', 'pier')] },
    'kubectl rollout pause deployment/pier',
    { line: 'kubectl rollout pause deployment/pier', name: 'paused again' },
    'kubectl rollout restart deployment/pier',
    'kubectl rollout undo deployment/pier --to-revision=2',
    'kubectl rollout resume deployment/pier',
    { line: 'kubectl rollout resume deployment/pier', name: 'resumed again' },
    'kubectl rollout restart deployment/pier',
    { line: 'kubectl rollout status deployment/pier | tail -1', name: 'the status after a restart' },
    'kubectl rollout status deployment/nothing',
    'kubectl rollout status pod/x',
    'kubectl scale deployment pier --replicas=3',
    {
      line: 'kubectl get deployment pier',
      until: [settled('deployment', 'pier'), 'kubectl get deployment pier -o jsonpath={.status.replicas} | grep -x 3'],
    },
    'kubectl scale deployment pier --replicas=1 --current-replicas=9',
    'kubectl scale deployment pier --replicas=-1',
    'kubectl scale deployment nothing --replicas=1',
    'kubectl scale --replicas=1 deployment/pier --resource-version=1',
    'kubectl scale deployment pier --replicas=0 --timeout=20s',
    'kubectl scale configmap weather --replicas=1',
    'kubectl autoscale deployment pier --min=1 --max=3 --cpu=80%',
    'kubectl autoscale deployment pier --max=3',
    'kubectl autoscale deployment pier --min=5 --max=3 --name=wrong',
    'kubectl autoscale deployment pier --name=dry --max=2 --memory=100Mi --dry-run=server -o yaml',
    'kubectl get hpa --no-headers -o custom-columns=NAME:.metadata.name,MIN:.spec.minReplicas,MAX:.spec.maxReplicas',
    'kubectl get hpa.v1.autoscaling pier -o jsonpath={.spec}',
    'kubectl create -f sets.yaml',
    { line: 'kubectl rollout status statefulset/fleet | tail -1', until: ['kubectl get pod fleet-1'] },
    'kubectl get statefulset -o wide',
    { line: 'kubectl get pods -l app=fleet', until: ['kubectl wait --for=condition=Ready pod fleet-0 fleet-1 --timeout=10s'] },
    'kubectl get controllerrevisions',
    'kubectl rollout status daemonset/lamps --timeout=20s | tail -1',
    'kubectl get daemonset -o wide',
    'kubectl set image ds/lamps lamp=lamp:2',
    { line: 'kubectl rollout history ds/lamps', until: [settled('ds', 'lamps')] },
    'kubectl rollout undo ds/lamps',
    'kubectl rollout history statefulset/fleet --revision=1',
    { line: 'kubectl rollout restart sts/fleet', before: [settled('sts', 'fleet')] },
    'kubectl scale sts fleet --replicas=0',
    'kubectl run shell --image=busybox',
    'kubectl run shell --image=busybox',
  ].map((command, index, all) =>
    all.indexOf(command) < index && typeof command === 'string' ? { line: command, name: `${command} (again)` } : command,
  ),
}
