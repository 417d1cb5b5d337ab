// wait in all its forms, events, rollout of jobs: what a script does between two commands.
import type { Subject } from '../command.ts'

const event = (name: string, kind: string, object: string, reason: string, type: string, minute: number): string => `apiVersion: v1
kind: Event
metadata: {name: ${name}, namespace: waiting}
involvedObject: {apiVersion: v1, kind: ${kind}, name: ${object}, namespace: waiting, fieldPath: "spec.containers{main}"}
reason: ${reason}
message: "${object} says ${reason}"
type: ${type}
count: ${minute}
firstTimestamp: "2026-01-01T00:0${minute}:00Z"
lastTimestamp: "2026-01-01T00:1${minute}:00Z"
source: {component: lookout, host: mast}
reportingComponent: ""
reportingInstance: ""
`

export const waiting: Subject = {
  name: 'waiting',
  files: {
    'pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: sailor, labels: {app: sailor}}\nspec: {terminationGracePeriodSeconds: 0, containers: [{name: s, image: s:1}]}\n',
    'events.yaml': [
      event('first', 'Pod', 'ghost', 'Seen', 'Normal', 1),
      event('second', 'Pod', 'ghost', 'Lost', 'Warning', 2),
      event('third', 'ConfigMap', 'chart', 'Torn', 'Warning', 3),
    ].join('---\n'),
    'modern.yaml': `apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: modern, namespace: waiting}
eventTime: "2026-01-01T00:09:00.000000Z"
reportingController: harbour.local/lookout
reportingInstance: lookout-1
action: Looking
reason: Found
type: Normal
note: land ahead
regarding: {kind: Pod, name: ghost, namespace: waiting, apiVersion: v1}
`,
  },
  before: ['kubectl create -f pod.yaml'],
  commands: [
    'kubectl wait --for=condition=Ready pod/sailor --timeout=20s',
    'kubectl wait --for=condition=Ready=false pod/sailor --timeout=1s',
    "kubectl wait --for=jsonpath='{.status.phase}'=Running pod/sailor --timeout=20s",
    "kubectl wait --for=jsonpath='{.status.podIP}' pod -l app=sailor --timeout=20s",
    "kubectl wait --for=jsonpath='{.status.nothing}' pod/sailor --timeout=1s",
    'kubectl wait --for=condition=Ready pod --all --timeout=20s',
    'kubectl wait --for=condition=Ready pod/nothing --timeout=1s',
    'kubectl wait --for=delete pod/nothing --timeout=1s',
    'kubectl wait --for=delete pod/sailor --timeout=2s',
    '(sleep 0.5; kubectl delete pod sailor) > /dev/null & kubectl wait --for=delete pod/sailor --timeout=20s',
    '(sleep 0.5; kubectl create cm late) > /dev/null & kubectl wait --for=create cm/late --timeout=20s',
    'kubectl wait --for=create cm/never --timeout=1s',
    'kubectl wait --for=condition=Ready pod -l app=nobody --timeout=1s',
    'kubectl wait --for=wrong pod/sailor',
    { line: 'kubectl wait --for=condition=Complete job/once --timeout=30s', before: ['kubectl create job once --image=x'] },
    'kubectl get job once -o wide',
    'kubectl get pods -l batch.kubernetes.io/job-name=once',
    { line: 'kubectl wait --for=condition=Available deployment/shop --timeout=30s', before: ['kubectl create deployment shop --image=x'] },
    'kubectl wait --for=condition=Ready node/berth --timeout=5s',
    'kubectl create -f events.yaml -f modern.yaml',
    'kubectl get events --field-selector=involvedObject.name=ghost --sort-by=.metadata.name',
    'kubectl get events --field-selector=involvedObject.name=ghost --sort-by=.metadata.name -o wide',
    'kubectl get events --field-selector=type=Warning,reason!=Torn',
    'kubectl get events --field-selector=involvedObject.kind=ConfigMap -o name',
    'kubectl get events --field-selector=source=lookout -o name',
    'kubectl get events --field-selector=reportingComponent=harbour.local/lookout -o yaml',
    'kubectl get events --field-selector=involvedObject.boat=x',
    'kubectl get events.v1.events.k8s.io --field-selector=regarding.name=ghost --sort-by=.metadata.name',
    'kubectl get events.v1.events.k8s.io second -o yaml',
    'kubectl get events.v1.events.k8s.io --field-selector=involvedObject.name=ghost',
    'kubectl events --for=pod/ghost',
    'kubectl events --types=Warning --for=ConfigMap/chart',
    'kubectl events --for=pod/ghost --no-headers -o yaml',
    'kubectl events --types=Wrong',
    'kubectl events --for=boat/x',
    'kubectl events -n opening',
    "watching 'four' 'kubectl get event first -o yaml | sed \"s/name: first/name: four/;s/uid:.*//;s/resourceVersion:.*//;s/says/four/\" | kubectl create -f -' kubectl events --for=pod/ghost --watch",
    {
      line: 'kubectl get events --field-selector=involvedObject.kind=Job,reason!=Completed -o custom-columns=R:.reason,T:.type,M:.message,C:.source.component',
    },
    {
      line: 'kubectl get events --field-selector=involvedObject.kind=Deployment -o custom-columns=R:.reason,M:.message,C:.reportingComponent',
    },
    'kubectl get events --field-selector=involvedObject.kind=Pod,reason=Scheduled -o custom-columns=M:.message,A:.action,C:.reportingComponent | sort',
    'kubectl delete event first second third',
    'kubectl delete events --all -o name | grep -c event',
  ],
}
