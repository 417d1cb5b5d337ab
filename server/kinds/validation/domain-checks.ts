// Domains in hosts, controllers and addresses. Upstream: IsWildcardDNS1123Subdomain, IsFullyQualifiedDomainName.
import { invalidValue, required } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import type { Errors } from './checks.ts'

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const WILDCARD = `\\*\\.${LABEL}(\\.${LABEL})*`

const wildcardPattern = new RegExp(`^(?:${WILDCARD})$`)

/** `*.example.com`. */
export const wildcardSubdomain = (name: string): string[] => {
  const messages = Buffer.byteLength(name) > 253 ? ['must be no more than 253 characters'] : []
  if (!wildcardPattern.test(name))
    messages.push(
      `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${WILDCARD}')`,
    )
  return messages
}

/** Two labels at least, each short enough; a dot at the end is fine. */
export const checkFullyQualifiedDomainName = (text: string, path: string, errors: Errors): void => {
  if (text === '') {
    errors.push(required(path, ''))
    return
  }
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  const messages = dns1123Subdomain(name)
  const labels = name.split('.')
  if (messages.length > 0) errors.push(invalidValue(path, name, messages.join(',')))
  else if (labels.length < 2) errors.push(invalidValue(path, name, 'should be a domain with at least two segments separated by dots'))
  else {
    const wrong = labels.find((label) => dns1123Label(label).length > 0)
    if (wrong !== undefined) errors.push(invalidValue(path, wrong, dns1123Label(wrong).join(',')))
  }
}
