// Names. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    "no policy is a policy of one's own",
    { dnsPolicy: 'None' },
    ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ],
  [
    'servers are addresses',
    { dnsConfig: { nameservers: ['a', '010.0.0.1', '::ffff:1.2.3.4', '1.2.3.4'] } },
    [
      'spec.dnsConfig.nameservers: Invalid value: ["a","010.0.0.1","::ffff:1.2.3.4","1.2.3.4"]: must not have more than 3 nameservers',
      'spec.dnsConfig.nameservers[0]: Invalid value: "a": must be a valid IP address,',
      'spec.dnsConfig.nameservers[1]: Invalid value: "010.0.0.1": must not have leading 0s',
      'spec.dnsConfig.nameservers[2]: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    ],
  ],
  [
    'searches are domains',
    { dnsConfig: { searches: ['A', 'a_b', '.', 'a.'], options: [{}] } },
    [
      "spec.dnsConfig.searches[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
      'spec.dnsConfig.options[0]: Required value: must not be empty',
    ],
  ],
  [
    'aliases are addresses with names',
    { hostAliases: [{ ip: 'x', hostnames: ['A'] }] },
    [
      'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address,',
      "spec.hostAliases[0].hostnames[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    ],
  ],
  [
    'one name for the host',
    { hostnameOverride: 'A', setHostnameAsFQDN: true, hostNetwork: true },
    [
      'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
      "spec.hostnameOverride: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    ],
  ],
])
