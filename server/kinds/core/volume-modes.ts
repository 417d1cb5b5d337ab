// How volumes are reached, and the names of their classes. Upstream: supportedAccessModes, ValidateClassName.
import { forbiddenField, notSupported } from '../../../apimachinery/field-error.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { type Errors, optionalName, type Text } from '../validation/checks.ts'

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const EXCLUSIVE = 'ReadWriteOncePod'

export const checkAccessModes = (modes: readonly string[], path: string, errors: Errors): void => {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(path, mode, ACCESS_MODES))
  if (modes.includes(EXCLUSIVE) && modes.some((mode) => mode !== EXCLUSIVE && ACCESS_MODES.includes(mode)))
    errors.push(forbiddenField(path, 'may not use ReadWriteOncePod with other access modes'))
}

export const checkClassName = (name: Text, path: string, errors: Errors): void => optionalName(name, dns1123Subdomain, path, errors)
