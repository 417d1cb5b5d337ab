// kubectl get: selectors, all output forms, watches with an end.
import type { Subject } from '../command.ts'

const FLEET = `apiVersion: v1
kind: Pod
metadata: {name: sloop, labels: {class: small, sails: "1"}}
spec: {terminationGracePeriodSeconds: 0, containers: [{name: hull, image: "boat:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: brig, labels: {class: large, sails: "2"}}
spec:
  terminationGracePeriodSeconds: 0
  priority: 0
  containers:
  - {name: hull, image: "boat:2", resources: {limits: {cpu: 500m, memory: 64Mi}}}
  - {name: mast, image: "mast:2"}
---
apiVersion: v1
kind: Service
metadata: {name: harbour, labels: {class: small}}
spec: {selector: {class: small}, ports: [{port: 80, name: http}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tide, labels: {class: small}, annotations: {note: at noon}}
data: {high: "6", low: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: chart}
data: {depth: "12"}
`

export const reading: Subject = {
  name: 'reading',
  files: {
    'fleet.yaml': FLEET,
    'columns.txt': 'NAME          IMAGE\nmetadata.name spec.containers[0].image\n',
    'names.tmpl': '{{range .items}}{{.metadata.name}};{{end}}',
    'path.txt': '{.items[*].metadata.name}',
  },
  before: ['kubectl create -f fleet.yaml', 'kubectl wait --for=condition=Ready pod/sloop pod/brig --timeout=30s'],
  commands: [
    'kubectl get pods',
    'kubectl get pods -o wide',
    'kubectl get pods --show-labels',
    'kubectl get pods -L class,sails',
    'kubectl get pods --no-headers --show-kind',
    'kubectl get pods -l class=small',
    "kubectl get pods -l 'class in (small, large),sails!=2'",
    'kubectl get pods -l "class in"',
    'kubectl get pods --field-selector=status.phase=Running,metadata.name=brig',
    'kubectl get pods --field-selector=spec.nodeName=berth -A --no-headers -o name | grep -c .',
    'kubectl get pods --field-selector=spec.boat=1',
    'kubectl get pods --field-selector=status.phase=Running,spec.nodeName!=berth',
    'kubectl get pods --sort-by=.metadata.name',
    'kubectl get pods --sort-by={.spec.containers[0].image} -o name',
    'kubectl get pods --sort-by=.spec.nothing',
    'kubectl get pod sloop -o yaml',
    'kubectl get pod brig -o json',
    'kubectl get pod brig -o kyaml',
    'kubectl get pod sloop -o yaml --show-managed-fields',
    'kubectl get pods -o name',
    'kubectl get pods -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.spec.containers[*].name}{"\\n"}{end}\'',
    'kubectl get pods -o jsonpath-as-json={.items[*].metadata.labels}',
    'kubectl get pods -o jsonpath-file=path.txt',
    'kubectl get pods -o jsonpath=\'{.items[?(@.metadata.name=="brig")].spec.containers[1].image}\'',
    'kubectl get pods -o go-template-file=names.tmpl',
    'kubectl get pod brig -o go-template=\'{{.spec.dnsPolicy}} {{len .spec.containers}}{{"\\n"}}\'',
    'kubectl get pods -o template={{.kind}}',
    'kubectl get pods -o custom-columns=NAME:.metadata.name,CPU:.spec.containers[0].resources.limits.cpu',
    'kubectl get pods -o custom-columns-file=columns.txt',
    'kubectl get pods -o telepathy',
    'kubectl get pods,services,configmaps',
    'kubectl get all',
    'kubectl get pod/sloop service/harbour cm/tide',
    'kubectl get pod nothing',
    'kubectl get pod nothing sloop',
    'kubectl get pod nothing --ignore-not-found',
    'kubectl get boats',
    'kubectl get configmaps -n nowhere',
    'kubectl get -f fleet.yaml',
    'kubectl get -f fleet.yaml -o name',
    'kubectl get pods -A --no-headers -l class',
    'kubectl get configmaps --chunk-size=1 -o name',
    'kubectl get cm tide -o jsonpath={.data} --output-watch-events',
    'kubectl get --raw /api/v1/namespaces/reading/configmaps/chart',
    'kubectl get --raw /version',
    'kubectl get --raw /nothing/here',
    'kubectl get --raw "/api/v1/namespaces/reading/pods?limit=x"',
    'kubectl get namespaces reading default kube-system',
    'kubectl get ns -l kubernetes.io/metadata.name=reading -o yaml',
    'kubectl get endpoints harbour',
    'kubectl get endpointslices -o wide',
    'kubectl get componentstatuses nothing',
    'kubectl get sc,pv,ingressclass',
    'kubectl get pods --subresource=status -o name',
    'kubectl get pod sloop --subresource=status -o jsonpath={.status.phase}',
    'kubectl get pod sloop --subresource=scale',
    'kubectl get services -A',
    'kubectl get sa',
    'kubectl get events --field-selector=involvedObject.kind=Pod,involvedObject.name=sloop,reason=Scheduled',
    "watching 'pearl' 'kubectl create cm pearl --from-literal=a=b' kubectl get configmaps -w",
    "watching 'DELETED' 'kubectl delete cm pearl' kubectl get configmaps --watch --output-watch-events",
    "watching 'coral' 'kubectl create cm reef; kubectl create cm coral; ' kubectl get configmaps --field-selector=metadata.name!=reef -w -o name",
    "watching 'vane' 'kubectl create sa vane' kubectl get serviceaccounts -w -o wide",
    {
      line: '(sleep 0.5; kubectl label cm chart seen=yes) >/dev/null & kubectl get cm --watch-only -l seen --request-timeout=4s',
    },
    "watching 13 'kubectl annotate cm chart depth=13' kubectl get cm chart -w -o 'jsonpath={.metadata.annotations.depth} '",
    'kubectl get pods -w nothing',
    'kubectl get priorityclass,flowschemas,prioritylevelconfigurations',
    'kubectl get leases -n kube-node-lease berth -o jsonpath={.spec.leaseDurationSeconds}',
    'kubectl get ipaddresses,servicecidrs -o name | head -3 | grep -c .',
    'kubectl get servicecidrs',
    'kubectl get apiservices',
    'kubectl get events.events.k8s.io --field-selector=reason=Nothing',
    'kubectl get mutatingwebhookconfigurations,validatingadmissionpolicies',
    'kubectl get crd',
    'kubectl get replicationcontrollers.v1. -o wide',
    'kubectl get deployments.v1.apps pods.v1 -o name',
  ],
}
