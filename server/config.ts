// Flags, as kube-apiserver names them. Unknown ones are refused by name; ones that cannot have an effect yet are said so in the log.

import { Command, CommanderError, Option } from 'commander'
import { parseDuration } from '../apimachinery/time.ts'
import { isBuiltIn } from './admission/built-in-plugins.ts'
import { pluginNamesFault } from './admission/plugin-order.ts'

export interface ServerConfig {
  securePort: number
  bindAddress: string
  advertiseAddress: string
  certDir: string
  tlsCertFile: string
  tlsPrivateKeyFile: string
  clientCaFile: string
  /** How a proxy in front tells whom it speaks for: what extension API servers are told. */
  requestHeader: {
    clientCaFile: string
    allowedNames: string[]
    extraHeaderPrefixes: string[]
    groupHeaders: string[]
    usernameHeaders: string[]
    uidHeaders: string[]
  }
  tokenAuthFile: string
  serviceAccountKeyFiles: string[]
  serviceAccountSigningKeyFile: string
  serviceAccountIssuer: string
  serviceAccountLookup: boolean
  apiAudiences: string[]
  /** Whether requests without credentials are taken, as system:anonymous: never where everybody may do everything. */
  anonymousAuth: boolean
  authorizationModes: string[]
  serviceClusterIpRange: string
  /** `30000-32767`. */
  serviceNodePortRange: string
  runtimeConfig: Record<string, string>
  /** Admission plug-ins switched on and off. */
  enabledAdmissionPlugins: string[]
  disabledAdmissionPlugins: string[]
  /** How long pods stay on a node that is not ready, or not reached. */
  tolerationSeconds: { notReady: number; unreachable: number }
  /** How kubelets are reached; files are '' where there are none. */
  kubelet: { certificateFile: string; keyFile: string; authorityFile: string; preferredAddressTypes: string[] }
  /** How long a stopping server that is not ready any more still takes requests. */
  shutdownDelayMs: number
  /** What --version=… makes the server report. */
  reportedVersion: string
  store: 'embedded' | 'memory'
  dataDir: string
  verbosity: number
  /** Sentences about flags that do nothing yet, for the log. */
  notices: string[]
}

export const RELEASE = 'v1.36.3'

/** A configuration that cannot be used; the message is for the person who typed it. */
export class ConfigError extends Error {}

type FlagKind = 'text' | 'list' | 'number' | 'boolean'

/** Flags with an effect. */
const effective: Record<string, FlagKind> = {
  'secure-port': 'number',
  'bind-address': 'text',
  'advertise-address': 'text',
  'cert-dir': 'text',
  'tls-cert-file': 'text',
  'tls-private-key-file': 'text',
  'client-ca-file': 'text',
  'token-auth-file': 'text',
  'service-account-key-file': 'list',
  'service-account-signing-key-file': 'text',
  'service-account-issuer': 'list',
  'service-account-lookup': 'boolean',
  'api-audiences': 'list',
  'anonymous-auth': 'boolean',
  'authorization-mode': 'list',
  'service-cluster-ip-range': 'text',
  'service-node-port-range': 'text',
  'runtime-config': 'list',
  'disable-admission-plugins': 'list',
  'enable-admission-plugins': 'list',
  'default-not-ready-toleration-seconds': 'number',
  'default-unreachable-toleration-seconds': 'number',
  'shutdown-delay-duration': 'text',
  'kubelet-certificate-authority': 'text',
  'kubelet-client-certificate': 'text',
  'kubelet-client-key': 'text',
  'kubelet-preferred-address-types': 'list',
  // Read by upstream too, which then does without it.
  'kubelet-timeout': 'text',
  v: 'number',
  'data-dir': 'text',
  store: 'text',
}

/** Flags taken so that scripts run, which cannot have their effect yet. */
const withoutEffect: Record<string, FlagKind> = {
  'feature-gates': 'list',
  'storage-media-type': 'text',
  'allow-privileged': 'boolean',
  'requestheader-client-ca-file': 'text',
  'requestheader-allowed-names': 'list',
  'requestheader-extra-headers-prefix': 'list',
  'requestheader-group-headers': 'list',
  'requestheader-username-headers': 'list',
  'requestheader-uid-headers': 'list',
  'proxy-client-cert-file': 'text',
  'proxy-client-key-file': 'text',
  'enable-aggregator-routing': 'boolean',
  profiling: 'boolean',
}

const TOLERATION_SECONDS = 300
const ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP']
const AUTHORIZATION_MODES = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC']

/** A flag's name as commander keys it. */
const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const parser = (): Command => {
  const command = new Command('kube-apiserver')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .helpOption('-h, --help')
    .allowExcessArguments(false)
  for (const [name, kind] of Object.entries({ ...effective, ...withoutEffect })) {
    const flag = name.length === 1 ? `--${name}${name}` : `--${name}`
    const option = new Option(kind === 'boolean' ? `${flag} [value]` : `${flag} <value>`)
    if (kind === 'list')
      option.argParser((value: string, previous: string[] | undefined) => [
        ...(previous ?? []),
        ...value.split(',').filter((part) => part !== ''),
      ])
    command.addOption(option)
  }
  return command.option('--version [value]').option('--etcd-servers <value>')
}

const numberOf = (name: string, value: string | undefined, fallback: number): number => {
  if (value === undefined) return fallback
  if (!/^\d+$/.test(value)) throw new ConfigError(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: must be a whole number`)
  return Number(value)
}

const durationOf = (name: string, value: string): number => {
  const nanoseconds = parseDuration(value)
  if (typeof nanoseconds !== 'bigint')
    throw new ConfigError(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${nanoseconds.error}`)
  return Number(nanoseconds / 1_000_000n)
}

const booleanOf = (value: string | boolean | undefined, fallback: boolean): boolean =>
  value === undefined ? fallback : value === true || value === 'true'

const runtimeConfigOf = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )

const parsed = (args: readonly string[]): Record<string, unknown> => {
  const command = parser()
  // commander has no one-letter long options; kube's --v is one.
  const known = args.map((arg) => arg.replace(/^--v(?=$|=)/, '--vv'))
  try {
    command.parse(known, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      const unknown = /unknown option '([^'=]+)/.exec(error.message)?.[1]
      throw new ConfigError(unknown === undefined ? error.message.replace(/^error: /, '') : `unknown flag: ${unknown}`)
    }
    throw error
  }
  return command.opts()
}

/** Which admission plug-ins are on, and their flags. */
const admissionOf = (
  options: Record<string, unknown>,
): Pick<ServerConfig, 'enabledAdmissionPlugins' | 'disabledAdmissionPlugins' | 'tolerationSeconds'> => {
  const names = (flag: string): string[] => (options[camel(flag)] as string[] | undefined) ?? []
  const seconds = (taint: string): number => {
    const flag = `default-${taint}-toleration-seconds`
    return numberOf(flag, options[camel(flag)] as string | undefined, TOLERATION_SECONDS)
  }
  const [enabledAdmissionPlugins, disabledAdmissionPlugins] = [names('enable-admission-plugins'), names('disable-admission-plugins')]
  const fault = pluginNamesFault(enabledAdmissionPlugins, disabledAdmissionPlugins)
  if (fault !== '') throw new ConfigError(fault)
  return {
    enabledAdmissionPlugins,
    disabledAdmissionPlugins,
    tolerationSeconds: { notReady: seconds('not-ready'), unreachable: seconds('unreachable') },
  }
}

const kubeletOf = (options: Record<string, unknown>): ServerConfig['kubelet'] => {
  const text = (flag: string): string => (options[camel(flag)] as string | undefined) ?? ''
  durationOf('kubelet-timeout', text('kubelet-timeout') || '5s')
  return {
    certificateFile: text('kubelet-client-certificate'),
    keyFile: text('kubelet-client-key'),
    authorityFile: text('kubelet-certificate-authority'),
    preferredAddressTypes: (options['kubeletPreferredAddressTypes'] as string[] | undefined) ?? ADDRESS_TYPES,
  }
}

const noticesOf = (options: Record<string, unknown>, modes: readonly string[]): string[] => {
  const silent = Object.keys(withoutEffect)
    .filter((name) => options[camel(name)] !== undefined)
    .map((name) =>
      name.startsWith('requestheader-')
        ? `--${name} is told to extension API servers but authenticates nobody here yet`
        : `--${name} is accepted but has no effect yet`,
    )
  const undecided = modes
    .filter((mode) => mode === 'Node')
    .map((mode) => `--authorization-mode=${mode} is accepted but decides nothing yet`)
  const open =
    modes.includes('AlwaysAllow') && booleanOf(options['anonymousAuth'] as string | undefined, true)
      ? ['AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false.']
      : []
  const lacking = ((options['enableAdmissionPlugins'] as string[] | undefined) ?? []).filter((name) => !isBuiltIn(name))
  return [
    ...silent,
    ...undecided,
    ...open,
    ...lacking.map((name) => `--enable-admission-plugins=${name} is accepted but has no effect yet`),
  ]
}

/** What the command line asks for: a server, or just the version printed. Throws ConfigError. */
export const parseConfig = (args: readonly string[]): { print: string } | ServerConfig => {
  const options = parsed(args)
  const text = (name: string, fallback: string): string => (options[camel(name)] as string | undefined) ?? fallback
  const list = (name: string): string[] => (options[camel(name)] as string[] | undefined) ?? []
  const { version } = options as { version?: string | boolean }
  if (version === true || version === 'true') return { print: `Kubernetes ${RELEASE}` }
  if (version === 'raw') return { print: RELEASE }
  if (typeof version === 'string' && !version.startsWith(RELEASE))
    throw new ConfigError(`invalid argument ${JSON.stringify(version)} for "--version" flag: must begin with ${RELEASE}`)
  if (options['etcdServers'] !== undefined)
    throw new ConfigError(
      '--etcd-servers: this server keeps its state in an embedded store and cannot use etcd yet; leave the flag out, and name a folder with --data-dir',
    )
  const store = text('store', 'embedded')
  if (store !== 'embedded' && store !== 'memory')
    throw new ConfigError(`invalid argument ${JSON.stringify(store)} for "--store" flag: must be embedded or memory`)
  const asked = list('authorization-mode')
  const modes = asked.length === 0 ? ['AlwaysAllow'] : asked
  const unknownMode = modes.find((mode) => !AUTHORIZATION_MODES.includes(mode))
  if (unknownMode !== undefined)
    throw new ConfigError(
      `invalid argument ${JSON.stringify(unknownMode)} for "--authorization-mode" flag: must be one of ${AUTHORIZATION_MODES.join(', ')}`,
    )
  return {
    securePort: numberOf('secure-port', options['securePort'] as string | undefined, 6443),
    bindAddress: text('bind-address', '127.0.0.1'),
    advertiseAddress: text('advertise-address', ''),
    certDir: text('cert-dir', ''),
    tlsCertFile: text('tls-cert-file', ''),
    tlsPrivateKeyFile: text('tls-private-key-file', ''),
    clientCaFile: text('client-ca-file', ''),
    requestHeader: {
      clientCaFile: text('requestheader-client-ca-file', ''),
      allowedNames: list('requestheader-allowed-names'),
      extraHeaderPrefixes: list('requestheader-extra-headers-prefix'),
      groupHeaders: list('requestheader-group-headers'),
      usernameHeaders: list('requestheader-username-headers'),
      uidHeaders: list('requestheader-uid-headers'),
    },
    tokenAuthFile: text('token-auth-file', ''),
    serviceAccountKeyFiles: list('service-account-key-file'),
    serviceAccountSigningKeyFile: text('service-account-signing-key-file', ''),
    serviceAccountIssuer: list('service-account-issuer')[0] ?? 'https://kubernetes.default.svc.cluster.local',
    serviceAccountLookup: booleanOf(options['serviceAccountLookup'] as string | undefined, true),
    apiAudiences: list('api-audiences'),
    anonymousAuth: booleanOf(options['anonymousAuth'] as string | undefined, true) && !modes.includes('AlwaysAllow'),
    authorizationModes: modes,
    serviceClusterIpRange: text('service-cluster-ip-range', '10.0.0.0/24'),
    serviceNodePortRange: text('service-node-port-range', '30000-32767'),
    runtimeConfig: runtimeConfigOf(list('runtime-config')),
    ...admissionOf(options),
    kubelet: kubeletOf(options),
    shutdownDelayMs: durationOf('shutdown-delay-duration', text('shutdown-delay-duration', '0s')),
    reportedVersion: typeof version === 'string' ? version : RELEASE,
    store,
    dataDir: text('data-dir', '.dinghy'),
    verbosity: numberOf('v', options['vv'] as string | undefined, 0),
    notices: noticesOf(options, modes),
  }
}
