// The sessions, in the order they are typed: each subject in a file of its own.
import type { Subject } from './command.ts'
import { about } from './subjects/about.ts'
import { applying } from './subjects/applying.ts'
import { changing } from './subjects/changing.ts'
import { describing } from './subjects/describing.ts'
import { generators } from './subjects/generators.ts'
import { nodes } from './subjects/nodes.ts'
import { rarer } from './subjects/rarer.ts'
import { reading } from './subjects/reading.ts'
import { refusals } from './subjects/refusals.ts'
import { roles } from './subjects/roles.ts'
import { rollouts } from './subjects/rollouts.ts'
import { waiting } from './subjects/waiting.ts'
import { workloads } from './subjects/workloads.ts'

const node = (name: string, more: string): string =>
  `{apiVersion: v1, kind: Node, metadata: {name: ${name}, labels: {kubernetes.io/hostname: ${name}${more}}},
    status: {capacity: {cpu: "8", memory: 16Gi, pods: "110"}, allocatable: {cpu: "8", memory: 16Gi, pods: "110"},
      addresses: [{type: InternalIP, address: 127.0.0.1}], daemonEndpoints: {kubeletEndpoint: {Port: 1}}}}\n`

/** What every session finds: a node that kwok plays for all pods, one for the session about nodes, and one without a kubelet. */
export const opening: Subject = {
  name: 'opening',
  files: {
    'nodes.yaml': [node('berth', ', played-by: kwok'), node('dock', ', played-by: kwok'), node('wreck', '')].join('---\n'),
  },
  before: [
    'kubectl create -f nodes.yaml',
    'kubectl wait --for=condition=Ready node/berth node/dock --timeout=30s',
    'kubectl taint node dock wreck reserved=yes:NoSchedule',
    'for i in $(seq 100); do kubectl get node berth -o jsonpath={.spec.taints} | grep -q . || break; sleep 0.1; done',
  ],
  commands: [],
}

export const subjects: readonly Subject[] = [
  generators,
  roles,
  reading,
  changing,
  applying,
  rollouts,
  workloads,
  nodes,
  waiting,
  refusals,
  rarer,
  describing,
  about,
]
