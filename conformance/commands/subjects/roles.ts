// RBAC as a person meets it: create's generators of roles, auth in all its forms, certificates.
import type { Subject } from '../command.ts'

export const roles: Subject = {
  name: 'roles',
  files: {
    'reconcile.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: keeper, namespace: roles}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list]}
- {apiGroups: [apps], resources: [deployments], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: keepers, namespace: roles}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: keeper}
subjects:
- {kind: User, name: alice, apiGroup: rbac.authorization.k8s.io}
- {kind: User, name: bob, apiGroup: rbac.authorization.k8s.io}
`,
    'csr.sh': `for name in alice bob carol; do
openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj /CN=$name 2>/dev/null
cat <<EOF | kubectl create -f -
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: $name}
spec:
  request: $(base64 -w0 < $name.csr)
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
EOF
done
`,
  },
  commands: [
    'kubectl create role reader --verb=get,list --resource=pods',
    'kubectl create role scaler --verb=update --resource=deployments.apps/scale --resource-name=pier',
    'kubectl create role wrong --verb=get --resource=boats',
    'kubectl create role nothing --verb=get',
    'kubectl create clusterrole watcher --verb=get,watch --resource=nodes -o yaml',
    'kubectl create clusterrole health --verb=get --non-resource-url=/healthz,/livez/*',
    "kubectl create clusterrole sum --aggregation-rule='harbour=yes'",
    'kubectl label clusterrole watcher harbour=yes',
    'kubectl wait --for=jsonpath={.rules[0].verbs} clusterrole/sum --timeout=5s',
    'kubectl get clusterrole sum -o yaml',
    'kubectl create rolebinding readers --role=reader --user=alice',
    'kubectl create rolebinding crew --clusterrole=view --serviceaccount=roles:default --group=sailors -o yaml',
    'kubectl create rolebinding wrong --clusterrole=view --serviceaccount=default',
    'kubectl create clusterrolebinding watchers --clusterrole=watcher --user=alice',
    'kubectl create clusterrolebinding everyone --clusterrole=health --group=system:authenticated -o yaml',
    'kubectl create clusterrolebinding none',
    'kubectl get roles,rolebindings -o wide',
    'kubectl describe role reader',
    'kubectl describe clusterrole sum health',
    'kubectl describe clusterrolebinding watchers',
    'kubectl get clusterroles',
    'kubectl get clusterrolebindings -o wide',
    'kubectl get clusterrole cluster-admin system:node -o yaml',
    'kubectl get roles,rolebindings -A',
    'kubectl auth can-i create pods',
    { line: 'kubectl auth can-i list pods --as=alice', until: ['kubectl auth can-i list pods --as=alice'] },
    'kubectl auth can-i delete pods --as=alice',
    'kubectl auth can-i delete pods --as=alice -v=0 -q',
    'kubectl auth can-i get /healthz --as=bob',
    'kubectl auth can-i list nodes --as=alice',
    'kubectl auth can-i list boats --as=alice',
    'kubectl auth can-i update deployments.apps/pier --subresource=scale --as=alice',
    { line: 'kubectl auth can-i --list --as=alice', unordered: true },
    { line: 'kubectl auth can-i --list --as=system:serviceaccount:roles:default --as-group=sailors', unordered: true },
    'kubectl auth can-i get pods --all-namespaces --as=alice',
    'kubectl auth whoami',
    'kubectl auth whoami -o yaml',
    'kubectl auth whoami --as=bob --as-group=sailors --as-uid=7',
    'kubectl auth reconcile -f reconcile.yaml --dry-run=server',
    'kubectl auth reconcile -f reconcile.yaml',
    { line: 'kubectl auth reconcile -f reconcile.yaml', name: 'reconciled again' },
    'kubectl auth reconcile -f reconcile.yaml --remove-extra-permissions --remove-extra-subjects -o yaml',
    'kubectl auth reconcile -f csr.sh',
    { line: 'kubectl get pods --as=bob', until: ['kubectl get pods --as=bob'] },
    'kubectl get secrets --as=bob',
    'kubectl delete pod x --as=bob',
    'kubectl create role stronger --verb=delete --resource=pods --as=bob',
    'kubectl get nodes --as=bob -o name',
    { line: 'kubectl get csr', before: ['bash csr.sh'] },
    'kubectl certificate approve alice',
    'kubectl certificate deny bob',
    'kubectl certificate approve bob',
    'kubectl certificate approve alice --force',
    'kubectl certificate deny nobody',
    {
      line: 'kubectl get csr',
      name: 'requests with their conditions',
      until: ['kubectl get csr alice -o jsonpath={.status.certificate} | grep -q .'],
    },
    'kubectl describe csr alice bob carol',
    'kubectl get csr alice -o jsonpath={.status.conditions}',
    'kubectl certificate',
  ],
}
