// Kernel parameters of a pod. Upstream: k8s.io/component-helpers/node/util/sysctl, validateSysctls.

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
/** As messages quote it. */
export const SYSCTL_PATTERN = `^(${SEGMENT}[\\./])*${SEGMENT}$`
export const MAX_SYSCTL = 253

const pattern = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/
const ipcNames = new Set([
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.shm',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.msg',
])

export const isSysctlName = (name: string): boolean => Buffer.byteLength(name) <= MAX_SYSCTL && pattern.test(name)

/** Dots for slashes where a slash comes first: `net/ipv4/conf/eth0.1` is `net.ipv4.conf.eth0/1`. */
const normalized = (name: string): string => {
  const first = /[./]/.exec(name)?.[0]
  if (first !== '/') return name
  return name.replace(/[./]/g, (character) => (character === '.' ? '/' : '.'))
}

/** The kernel namespace that a parameter belongs to; undefined where it is of the whole node. */
export const sysctlNamespace = (name: string): 'ipc' | 'net' | undefined => {
  const text = normalized(name).split('*')[0] as string
  if (ipcNames.has(text) || text.startsWith('fs.mqueue.')) return 'ipc'
  return text.startsWith('net.') ? 'net' : undefined
}
