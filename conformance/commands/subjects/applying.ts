// apply with all that hangs on it, diff, kustomize.
import type { Subject } from '../command.ts'

const crane = (replicas: number, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: crane, labels: {part: crane}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: crane}}
  template:
    metadata: {labels: {app: crane}}
    spec: {containers: [{name: crane, image: "${image}", ports: [{containerPort: 80}]}]}
`
const map = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {part: yard}}\ndata: {value: "${value}"}\n`

export const applying: Subject = {
  name: 'applying',
  files: {
    'crane.yaml': crane(0, 'crane:1'),
    'crane-next.yaml': crane(0, 'crane:2'),
    'crane-wrong.yaml': crane(0, 'crane:2').replace('app: crane}}\n  template', 'app: winch}}\n  template'),
    'crane-typo.yaml': crane(0, 'crane:2').replace('replicas', 'replica'),
    'yard/one.yaml': map('one', '1'),
    'yard/two.yaml': map('two', '2'),
    'single/one.yaml': map('one', '1'),
    'kustom/kustomization.yaml':
      'namePrefix: k-\nlabels: [{pairs: {by: kustomize}}]\nresources: [base.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n',
    'kustom/base.yaml': map('base', '1'),
    'broken/kustomization.yaml': 'resources: [missing.yaml]\n',
    'unknown.yaml': 'apiVersion: harbour.local/v1\nkind: Boat\nmetadata: {name: x}\n',
    'nameless.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
    'generate.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: many-}\n',
    'elsewhere.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: default}\n',
    'crd.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.harbour.local}
spec:
  group: harbour.local
  names: {kind: Boat, plural: boats}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`,
  },
  commands: [
    'kubectl diff -f crane.yaml | grep -v ^diff | grep -v "^[-+][-+][-+]" | grep -vE "uid|creationTimestamp"',
    'kubectl apply -f crane.yaml --dry-run=client',
    'kubectl apply -f crane.yaml --dry-run=server',
    'kubectl apply -f crane.yaml',
    { line: 'kubectl apply -f crane.yaml', name: 'applied again' },
    'kubectl diff -f crane.yaml',
    'kubectl diff -f crane-next.yaml | grep "^[-+] "',
    'kubectl apply -f crane-next.yaml -o yaml',
    'kubectl apply -f crane-wrong.yaml',
    'kubectl apply -f crane-typo.yaml',
    'kubectl apply -f crane-typo.yaml --validate=warn',
    'kubectl apply -f crane-typo.yaml --validate=ignore --dry-run=server',
    'kubectl apply view-last-applied deployment crane',
    'kubectl apply view-last-applied deployment/crane -o json',
    'kubectl apply view-last-applied cm kube-root-ca.crt',
    'kubectl apply set-last-applied -f crane.yaml -o name',
    'kubectl apply set-last-applied -f yard/one.yaml',
    { line: 'kubectl apply set-last-applied -f yard/one.yaml --create-annotation', before: ['kubectl create -f yard/one.yaml'] },
    "EDITOR='sed -i s/crane:1/crane:3/' kubectl apply edit-last-applied deployment crane",
    'EDITOR=true kubectl apply edit-last-applied deployment crane',
    { line: 'kubectl apply -f yard/one.yaml', before: ['kubectl delete cm one', 'kubectl create -f yard/one.yaml'] },
    'kubectl apply -f yard',
    'kubectl apply -f single --prune -l part=yard --dry-run=server',
    'kubectl apply -f single --prune -l part=yard',
    'kubectl apply -f yard --prune --all --prune-allowlist=core/v1/ConfigMap',
    'KUBECTL_APPLYSET=true kubectl apply -f yard --prune --applyset=berths',
    'kubectl get cm -l part=yard',
    { line: 'kubectl apply -f -', stdin: map('piped', '1') },
    'kubectl apply -f unknown.yaml',
    'kubectl apply -f nameless.yaml',
    'kubectl apply -f generate.yaml',
    'kubectl create -f generate.yaml',
    'kubectl apply -f elsewhere.yaml',
    'kubectl apply -f missing.yaml',
    'kubectl apply --force -f crane.yaml --overwrite',
    'kubectl delete -f crane.yaml -f yard --ignore-not-found',
    'kubectl kustomize kustom',
    'kubectl kustomize broken',
    'kubectl kustomize kustom -o built.yaml; cat built.yaml',
    'kubectl apply -k kustom',
    'kubectl diff -k kustom; echo $?',
    'kubectl get -k kustom -o name',
    'kubectl delete -k kustom',
    'kubectl create -k kustom --dry-run=server -o name',
    'kubectl apply --server-side -f crane.yaml --dry-run=server -o yaml',
    'kubectl diff --server-side -f crane.yaml | grep "^+  "',
    'kubectl apply --server-side -f crane.yaml',
    'kubectl apply --server-side -f crane-next.yaml --field-manager=mate',
    'kubectl diff --server-side --field-manager=mate -f crane-next.yaml',
    'kubectl diff --server-side --field-manager=mate --force-conflicts -f crane-next.yaml | grep "^[-+]  "',
    'kubectl apply --server-side -f crane-next.yaml --field-manager=mate --force-conflicts',
    { line: 'kubectl apply --server-side -f crane.yaml', name: 'against who took it' },
    'kubectl apply --server-side -f crane-typo.yaml',
    'kubectl apply --server-side -f crane-typo.yaml --validate=ignore',
    'kubectl apply --server-side -f crane-wrong.yaml --force-conflicts',
    'kubectl apply --server-side -f nameless.yaml',
    'kubectl apply --server-side -f generate.yaml',
    'kubectl apply --server-side -f yard',
    { line: 'kubectl apply --server-side -f yard/two.yaml -o yaml --show-managed-fields', name: 'applied by the server again' },
    'kubectl label cm one part=elsewhere --overwrite',
    { line: 'kubectl apply --server-side -f yard/one.yaml', name: 'against a label' },
    { line: 'kubectl apply --server-side -f yard/one.yaml --force-conflicts', name: 'over a label' },
    { line: 'kubectl apply -f yard/one.yaml', name: 'from the client again' },
    { line: 'kubectl apply --server-side -f yard/one.yaml', name: 'after one from the client' },
    'kubectl get cm one -o yaml --show-managed-fields',
    {
      line: 'kubectl apply --server-side -f yard/one.yaml',
      name: 'what the client made',
      before: ['kubectl delete cm one', 'kubectl apply -f yard/one.yaml'],
    },
    { line: 'kubectl get cm one -o yaml --show-managed-fields', name: 'taken over' },
    'kubectl apply --server-side --subresource=status -f crane.yaml',
    'kubectl apply --server-side -f yard --prune --all --prune-allowlist=core/v1/ConfigMap',
    'KUBECTL_APPLYSET=true kubectl apply --server-side -f yard --prune --applyset=jetties',
    'kubectl apply -f crd.yaml --dry-run=server',
  ],
}
