// `example.com/controller`. Upstream: IsDomainPrefixedPath in k8s.io/apimachinery/pkg/util/validation.
import { type FieldError, invalidValue, required } from './field-error.ts'
import { dns1123Subdomain } from './names.ts'

const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const httpPathPattern = new RegExp(`^(?:${HTTP_PATH})$`)

/** What is wrong with a text at a path. */
export const domainPrefixedPathErrors = (text: string, path: string): FieldError[] => {
  if (text === '') return [required(path, '')]
  const slash = text.indexOf('/')
  const rest = text.slice(slash + 1)
  if (slash < 1 || rest === '') return [invalidValue(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const host = text.slice(0, slash)
  const errors = dns1123Subdomain(host).map((message) => invalidValue(path, host, message))
  if (!httpPathPattern.test(rest)) errors.push(invalidValue(path, rest, `Invalid path (regex used for validation is '${HTTP_PATH}')`))
  return errors
}
