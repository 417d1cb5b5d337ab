// Nodes and what needs them: cordon, drain, taint, top; run, debug; and what asks a kubelet, where none can be reached.
import type { Subject } from '../command.ts'

const pod = (name: string, node: string, more = ''): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  nodeName: ${node}
  tolerations: [{operator: Exists}]
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "x:1"}, {name: side, image: "y:1"}]
${more}`

export const nodes: Subject = {
  name: 'nodes',
  files: {
    'pods.yaml': [pod('docked', 'dock'), pod('local', 'dock', '  volumes: [{name: scratch, emptyDir: {}}]\n'), pod('sunk', 'wreck')].join(
      '---\n',
    ),
    'file.txt': 'text\n',
  },
  before: ['kubectl create -f pods.yaml', 'kubectl wait --for=condition=Ready pod/docked pod/local --timeout=20s'],
  commands: [
    'kubectl get nodes',
    'kubectl get nodes -o wide',
    'kubectl get node dock -o jsonpath={.spec}',
    'kubectl describe node dock',
    'kubectl describe node wreck',
    'kubectl top nodes',
    'kubectl top pods',
    'kubectl top pod docked --containers',
    'kubectl cordon dock',
    { line: 'kubectl cordon dock', name: 'cordoned again' },
    'kubectl get node dock --no-headers -o custom-columns=U:.spec.unschedulable',
    {
      line: 'kubectl get node dock -o jsonpath={.spec.taints[*].key}',
      until: ['kubectl get node dock -o jsonpath={.spec.taints[*].key} | grep unschedulable'],
    },
    'kubectl uncordon dock',
    { line: 'kubectl uncordon dock', name: 'uncordoned again' },
    'kubectl cordon nothing',
    'kubectl cordon -l played-by=nobody',
    'kubectl cordon --dry-run=server dock',
    'kubectl drain dock --pod-selector=app=docked',
    'kubectl drain dock --force --pod-selector=app=local',
    'kubectl drain dock --force --dry-run=client --delete-emptydir-data',
    'kubectl drain dock --force --dry-run=server --delete-emptydir-data --pod-selector=app=docked',
    { line: 'kubectl drain dock --force --delete-emptydir-data --pod-selector=app=local', unordered: true },
    {
      line: 'kubectl drain dock --force --disable-eviction --grace-period=0',
      before: ['kubectl create pdb held --selector=app=docked --min-available=1'],
    },
    {
      line: 'kubectl drain dock --force --timeout=2s 2>&1 | sort -u',
      before: ['kubectl create -f pods.yaml; kubectl wait --for=condition=Ready pod/docked --timeout=20s'],
      until: ['kubectl get pdb held -o jsonpath={.status.currentHealthy} | grep -x 1'],
    },
    'kubectl drain nothing',
    'kubectl uncordon dock berth',
    'kubectl taint node dock tide=low:PreferNoSchedule',
    { line: 'kubectl taint node dock tide=low:PreferNoSchedule', name: 'tainted again' },
    'kubectl taint node dock tide=high:PreferNoSchedule --overwrite',
    'kubectl taint node dock tide:PreferNoSchedule-',
    'kubectl taint node dock tide-',
    'kubectl taint node dock tide=x:Wrong',
    'kubectl taint nodes -l played-by=kwok quick=yes:PreferNoSchedule --dry-run=server',
    'kubectl label node dock side=left',
    'kubectl get nodes -L side,played-by',
    'kubectl run mate --image=busybox --labels=app=mate --env=A=B --port=80',
    'kubectl run mate --image=busybox',
    'kubectl run dry --image=busybox --dry-run=server -o yaml --restart=Never --command -- sleep 1',
    'kubectl run Wrong --image=busybox',
    'kubectl run loud --image=busybox --expose --port=80',
    'kubectl run own --image=x --overrides=\'{"spec":{"nodeName":"wreck"}}\'',
    { line: 'kubectl get pod mate -o yaml', until: ['kubectl wait --for=condition=Ready pod/mate --timeout=10s'] },
    'kubectl get pod sunk own -o wide',
    'kubectl debug mate --image=busybox --target=mate -c probe --attach=false',
    'kubectl debug mate --image=busybox -c probe --attach=false',
    'kubectl get pod mate -o jsonpath={.spec.ephemeralContainers}',
    'kubectl debug mate --image=busybox --copy-to=copy --attach=false --share-processes -q',
    'kubectl get pod copy -o jsonpath={.spec.containers[*].name}',
    'kubectl debug node/wreck --image=busybox --attach=false --profile=sysadmin 2>&1 | sed "s/node-debugger-wreck-....."/POD/',
    'kubectl debug nothing --image=busybox',
    'kubectl logs mate',
    'kubectl logs sunk -c side',
    'kubectl logs sunk -c nothing',
    'kubectl logs -l app=sunk --all-containers --prefix',
    'kubectl logs nothing',
    'kubectl logs deployment/nothing',
    'kubectl logs sunk --tail=-5',
    'kubectl exec sunk -- true',
    'kubectl exec sunk -c nothing -- true',
    'kubectl exec nothing -- true',
    'kubectl exec sunk',
    'kubectl attach sunk -c main',
    'kubectl attach nothing',
    'kubectl attach sunk -c nothing',
    'kubectl port-forward nothing 17180:80',
    'kubectl port-forward sunk :80',
    'kubectl port-forward sunk wrong',
    'kubectl port-forward pod/sunk',
    'kubectl cp file.txt sunk:/tmp/file.txt 2>&1 | grep -v "Copying stdin failed"',
    'kubectl cp sunk:/tmp/file.txt got.txt',
    'kubectl cp file.txt nothing',
    'kubectl cp nothing:/tmp/x x',
  ],
}
