// What Windows takes for security, and containers that are processes of its host. Upstream: validateWindowsSecurityContextOptions,
// validateWindowsHostProcessPod.
import { type FieldError, invalidValue } from '../../../apimachinery/field-error.ts'
import { goJson } from '../../../apimachinery/go-text.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { type Errors, named } from './checks.ts'
import { type PodSpec, visitContainers, type WindowsOptions } from './pod-types.ts'

const MAX_SPEC_BYTES = 64 * 1024
const MAX_DOMAIN = 256
const MAX_USER = 104

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const domainName = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)
const control = /[\x00-\x1f\x7f]/
const onlyDots = /^[. ]+$/
const refused = /["/\\:;|=,+*?<>@[\]]/

/** Upstream hands these texts over as pointers, and so shows them as JSON. */
const invalidPointer = (field: string, value: string, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  value: goJson(value),
  detail,
})

const checkUser = (name: string, path: string, errors: Errors): void => {
  const say = (detail: string): void => void errors.push(invalidPointer(path, name, detail))
  if (name === '') return say('runAsUserName cannot be an empty string')
  if (control.test(name)) return say('runAsUserName cannot contain control characters')
  const parts = name.split('\\')
  if (parts.length > 2) return say('runAsUserName cannot contain more than one backslash')
  const domain = parts.length === 2 ? (parts[0] as string) : undefined
  const user = parts.at(-1) as string
  if (domain !== undefined && Buffer.byteLength(domain) >= MAX_DOMAIN) say("runAsUserName's Domain length must be under 256 characters")
  if (domain !== undefined && !netBios.test(domain) && !domainName.test(domain))
    say("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  if (user === '') say("runAsUserName's User cannot be empty")
  else if (Buffer.byteLength(user) > MAX_USER) say("runAsUserName's User length must not be longer than 104 characters")
  if (onlyDots.test(user)) say("runAsUserName's User cannot contain only periods or spaces")
  if (refused.test(user)) say('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
}

export const checkWindowsOptions = (options: WindowsOptions | undefined, path: string, errors: Errors): void => {
  if (!options) return
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options
  if (gmsaCredentialSpecName !== undefined) named(gmsaCredentialSpecName, dns1123Subdomain, `${path}.gmsaCredentialSpecName`, errors)
  if (gmsaCredentialSpec === '') errors.push(invalidValue(`${path}.gmsaCredentialSpec`, '', 'gmsaCredentialSpec cannot be an empty string'))
  else if (gmsaCredentialSpec !== undefined && Buffer.byteLength(gmsaCredentialSpec) > MAX_SPEC_BYTES)
    errors.push(invalidPointer(`${path}.gmsaCredentialSpec`, gmsaCredentialSpec, 'gmsaCredentialSpec size must be under 64 KiB'))
  if (runAsUserName !== undefined) checkUser(runAsUserName, `${path}.runAsUserName`, errors)
}

/** All containers are processes of the host, or none; then the pod is on the host's network. */
export const checkHostProcess = (spec: PodSpec, path: string, errors: Errors): void => {
  const pods = spec.securityContext?.windowsOptions?.hostProcess
  let [all, host] = [0, 0]
  visitContainers(spec, path, ({ securityContext }, at) => {
    all++
    const own = securityContext?.windowsOptions?.hostProcess
    if (pods !== undefined && own !== undefined && pods !== own)
      errors.push(
        invalidValue(
          `${at}.securityContext.windowsOptions.hostProcess`,
          own,
          `pod hostProcess value must be identical if both are specified, was ${pods}`,
        ),
      )
    if (own ?? pods) host++
  })
  if (host === 0) return
  if (host !== all)
    errors.push(invalidValue(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'))
  if (!spec.hostNetwork)
    errors.push(invalidValue(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'))
}
