// How names are resolved in a pod, and what it is called itself. Upstream: validatePodDNSConfig, ValidateHostAliases, validatePodHostName.
import { forbiddenField, invalidValue, required, tooLong } from '../../../apimachinery/field-error.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { type Errors, each, named } from './checks.ts'
import type { PodDnsConfig, PodSpec } from './pod-types.ts'
import { ipAddress, underscoredSubdomain } from './text-checks.ts'

const MAX_SERVERS = 3
const MAX_SEARCHES = 32
const MAX_SEARCH_BYTES = 2048
const MAX_HOSTNAME = 64

const checkConfig = (config: PodDnsConfig, path: string, errors: Errors): void => {
  const { nameservers = [], searches = [], options = [] } = config
  if (nameservers.length > MAX_SERVERS)
    errors.push(invalidValue(`${path}.nameservers`, nameservers, `must not have more than ${MAX_SERVERS} nameservers`))
  each(nameservers, `${path}.nameservers`, errors, (address, at) => named(address, ipAddress, at, errors))
  if (searches.length > MAX_SEARCHES)
    errors.push(invalidValue(`${path}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`))
  if (Buffer.byteLength(searches.join(' ')) > MAX_SEARCH_BYTES)
    errors.push(
      invalidValue(
        `${path}.searches`,
        searches,
        `must not have more than ${MAX_SEARCH_BYTES} characters (including spaces) in the search list`,
      ),
    )
  each(searches, `${path}.searches`, errors, (search, at) => {
    if (search !== '.') named(search.endsWith('.') ? search.slice(0, -1) : search, underscoredSubdomain, at, errors)
  })
  options.forEach(({ name }, index) => {
    if (!name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'))
  })
}

export const checkDnsConfig = ({ dnsPolicy, dnsConfig }: PodSpec, path: string, errors: Errors): void => {
  if (dnsPolicy === 'None') {
    if (!dnsConfig) {
      errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'))
      return
    }
    if ((dnsConfig.nameservers ?? []).length === 0) {
      errors.push(required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
      return
    }
  }
  if (dnsConfig) checkConfig(dnsConfig, path, errors)
}

export const checkHostAliases = (aliases: PodSpec['hostAliases'], path: string, errors: Errors): void =>
  each(aliases, path, errors, ({ ip, hostnames }, at) => {
    named(ip, ipAddress, `${at}.ip`, errors)
    each(hostnames, `${at}.hostnames`, errors, (name, place) => named(name, dns1123Subdomain, place, errors))
  })

export const checkHostnameOverride = (spec: PodSpec, specPath: string, errors: Errors): void => {
  const { hostnameOverride: name, setHostnameAsFQDN, hostNetwork } = spec
  if (name === undefined) return
  const path = `${specPath}.hostnameOverride`
  if (setHostnameAsFQDN) errors.push(forbiddenField(path, 'may not be specified when setHostnameAsFQDN is true'))
  if (hostNetwork) errors.push(forbiddenField(path, 'may not be specified when hostNetwork is true'))
  if (Buffer.byteLength(name) > MAX_HOSTNAME) errors.push(tooLong(path, MAX_HOSTNAME))
  named(name, dns1123Subdomain, path, errors)
}
