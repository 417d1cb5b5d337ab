// The controllers there are, under the names that kube-controller-manager gives them, with the older names it still takes.

const aliases: Readonly<Record<string, string | undefined>> = {
  'serviceaccount-controller': 'serviceaccount',
  'serviceaccount-token-controller': 'serviceaccount-token',
  'root-ca-certificate-publisher-controller': 'root-ca-cert-publisher',
  'namespace-controller': 'namespace',
  'resourcequota-controller': 'resourcequota',
  'garbage-collector-controller': 'garbagecollector',
  'persistentvolumeclaim-protection-controller': 'pvc-protection',
  'persistentvolume-protection-controller': 'pv-protection',
  'clusterrole-aggregation-controller': 'clusterrole-aggregation',
  'ttl-after-finished-controller': 'ttl-after-finished',
  'pod-garbage-collector-controller': 'podgc',
  'endpointslice-controller': 'endpointslice',
}

export const controllerNames: ReadonlySet<string> = new Set(Object.keys(aliases))

/** What `*,-a,b` stands for; the first of two that contradict each other counts, as upstream's. */
export const selectControllers = (wanted: readonly string[]): { selected: Set<string> } | { unknown: string } => {
  const canonical = (name: string): string => Object.keys(aliases).find((known) => name === known || name === aliases[known]) ?? name
  const entries = wanted.map((entry) => (entry.startsWith('-') ? `-${canonical(entry.slice(1))}` : canonical(entry)))
  const unknown = entries.map((entry) => entry.replace(/^-/, '')).find((name) => name !== '*' && !controllerNames.has(name))
  if (unknown !== undefined) return { unknown }
  const isSelected = (name: string): boolean => {
    const first = entries.find((entry) => entry === name || entry === `-${name}`)
    return first === undefined ? entries.includes('*') : first === name
  }
  return { selected: new Set([...controllerNames].filter(isSelected)) }
}
