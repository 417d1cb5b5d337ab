// Flags of the controller manager, as kube-controller-manager names them. Those without an effect here are refused by name.
import { Command, CommanderError, Option } from 'commander'
import { parseDuration } from '../apimachinery/time.ts'
import { controllerNames, selectControllers } from './controller-names.ts'

/** A command line that cannot be used; the message is for the person who typed it. */
export class OptionsError extends Error {}

export interface ManagerOptions {
  kubeconfig: string
  /** Overrides the kubeconfig's server. */
  master: string
  /** Canonical names of those that run. */
  controllers: ReadonlySet<string>
  leaderElect: boolean
  leaseDurationMs: number
  renewDeadlineMs: number
  retryPeriodMs: number
  leaseName: string
  leaseNamespace: string
  /** Each controller acts as a service account of its own, in kube-system. */
  useServiceAccountCredentials: boolean
  rootCaFile: string
  serviceAccountPrivateKeyFile: string
  garbageCollectorWorkers: number
  namespaceWorkers: number
  quotaWorkers: number
  tokenWorkers: number
  ttlWorkers: number
  quotaSyncPeriodMs: number
  terminatedPodThreshold: number
  serviceEndpointWorkers: number
  maxEndpointsPerSlice: number
}

export const RELEASE = 'v1.36.3'

type FlagKind = 'text' | 'list' | 'boolean'

const flags: Record<string, FlagKind> = {
  kubeconfig: 'text',
  master: 'text',
  controllers: 'list',
  'leader-elect': 'boolean',
  'leader-elect-lease-duration': 'text',
  'leader-elect-renew-deadline': 'text',
  'leader-elect-retry-period': 'text',
  'leader-elect-resource-name': 'text',
  'leader-elect-resource-namespace': 'text',
  'use-service-account-credentials': 'boolean',
  'root-ca-file': 'text',
  'service-account-private-key-file': 'text',
  'enable-garbage-collector': 'boolean',
  'concurrent-gc-syncs': 'text',
  'concurrent-namespace-syncs': 'text',
  'concurrent-resource-quota-syncs': 'text',
  'concurrent-serviceaccount-token-syncs': 'text',
  'concurrent-ttl-after-finished-syncs': 'text',
  'resource-quota-sync-period': 'text',
  'terminated-pod-gc-threshold': 'text',
  'concurrent-service-endpoint-syncs': 'text',
  'max-endpoints-per-slice': 'text',
}

const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const parsed = (args: readonly string[]): Record<string, unknown> => {
  const command = new Command('kube-controller-manager')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .allowExcessArguments(false)
  for (const [name, kind] of Object.entries(flags)) {
    const option = new Option(kind === 'boolean' ? `--${name} [value]` : `--${name} <value>`)
    if (kind === 'list')
      option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), ...value.split(',').filter(Boolean)])
    command.addOption(option)
  }
  command.option('--version [value]')
  try {
    command.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const unknown = /unknown option '([^'=]+)/.exec(error.message)?.[1]
    throw new OptionsError(unknown === undefined ? error.message.replace(/^error: /, '') : `unknown flag: ${unknown}`)
  }
  return command.opts()
}

class Flags {
  readonly #options: Record<string, unknown>
  constructor(options: Record<string, unknown>) {
    this.#options = options
  }
  text(name: string, fallback: string): string {
    return (this.#options[camel(name)] as string | undefined) ?? fallback
  }
  list(name: string): string[] | undefined {
    return this.#options[camel(name)] as string[] | undefined
  }
  boolean(name: string, fallback: boolean): boolean {
    const value = this.#options[camel(name)]
    return value === undefined ? fallback : value === true || value === 'true'
  }
  count(name: string, fallback: number): number {
    const value = this.text(name, String(fallback))
    if (/^-?\d+$/.test(value)) return Number(value)
    throw new OptionsError(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: must be a whole number`)
  }
  durationMs(name: string, fallback: string): number {
    const value = this.text(name, fallback)
    const nanoseconds = parseDuration(value)
    if (typeof nanoseconds === 'bigint') return Number(nanoseconds / 1_000_000n)
    throw new OptionsError(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${nanoseconds.error}`)
  }
}

/** What the command line asks for. Throws OptionsError. */
export const parseManagerOptions = (args: readonly string[]): { print: string } | ManagerOptions => {
  const options = parsed(args)
  if (options['version'] !== undefined) return { print: `Kubernetes ${RELEASE}` }
  const given = new Flags(options)
  const controllers = selectControllers(given.list('controllers') ?? ['*'])
  if ('unknown' in controllers)
    throw new OptionsError(`"${controllers.unknown}" is not in the list of known controllers: ${[...controllerNames].join(', ')}`)
  if (!given.boolean('enable-garbage-collector', true)) controllers.selected.delete('garbage-collector-controller')
  return {
    kubeconfig: given.text('kubeconfig', ''),
    master: given.text('master', ''),
    controllers: controllers.selected,
    leaderElect: given.boolean('leader-elect', true),
    leaseDurationMs: given.durationMs('leader-elect-lease-duration', '15s'),
    renewDeadlineMs: given.durationMs('leader-elect-renew-deadline', '10s'),
    retryPeriodMs: given.durationMs('leader-elect-retry-period', '2s'),
    leaseName: given.text('leader-elect-resource-name', 'kube-controller-manager'),
    leaseNamespace: given.text('leader-elect-resource-namespace', 'kube-system'),
    useServiceAccountCredentials: given.boolean('use-service-account-credentials', false),
    rootCaFile: given.text('root-ca-file', ''),
    serviceAccountPrivateKeyFile: given.text('service-account-private-key-file', ''),
    garbageCollectorWorkers: given.count('concurrent-gc-syncs', 20),
    namespaceWorkers: given.count('concurrent-namespace-syncs', 10),
    quotaWorkers: given.count('concurrent-resource-quota-syncs', 5),
    tokenWorkers: given.count('concurrent-serviceaccount-token-syncs', 5),
    ttlWorkers: given.count('concurrent-ttl-after-finished-syncs', 5),
    quotaSyncPeriodMs: given.durationMs('resource-quota-sync-period', '5m'),
    terminatedPodThreshold: given.count('terminated-pod-gc-threshold', 12_500),
    serviceEndpointWorkers: given.count('concurrent-service-endpoint-syncs', 5),
    maxEndpointsPerSlice: given.count('max-endpoints-per-slice', 100),
  }
}
