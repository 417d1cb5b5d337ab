// Ports of containers, and those that handlers name. Upstream: validateContainerPorts, AccumulateUniqueHostPorts, ValidatePortNumOrName.
import { duplicateValue, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { type Errors, requiredOneOf } from './checks.ts'
import type { Container, ContainerPort } from './pod-types.ts'
import { portName } from './text-checks.ts'

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const RANGE = 'must be between 1 and 65535, inclusive'

const checkNumber = (port: number, path: string, errors: Errors): void => {
  if (port < 1 || port > 65535) errors.push(invalidValue(path, port, RANGE))
}

const checkName = (name: string, path: string, errors: Errors, names: Set<string>): void => {
  const messages = portName(name)
  for (const message of messages) errors.push(invalidValue(`${path}.name`, name, message))
  if (messages.length > 0) return
  if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name))
  else names.add(name)
}

export const checkContainerPorts = (ports: readonly ContainerPort[] | undefined, path: string, errors: Errors): void => {
  if (!ports) return
  const names = new Set<string>()
  for (let index = 0; index < ports.length; index++) {
    const { name, containerPort = 0, hostPort = 0, protocol } = ports[index] as ContainerPort
    const at = `${path}[${index}]`
    if (name) checkName(name, at, errors, names)
    if (containerPort === 0) errors.push(required(`${at}.containerPort`, ''))
    else checkNumber(containerPort, `${at}.containerPort`, errors)
    if (hostPort !== 0) checkNumber(hostPort, `${at}.hostPort`, errors)
    requiredOneOf(protocol, PROTOCOLS, `${at}.protocol`, errors)
  }
}

/** A number, or the name of one. */
export const checkPortNumberOrName = (port: number | string | undefined, path: string, errors: Errors): void => {
  if (typeof port === 'string') for (const message of portName(port)) errors.push(invalidValue(path, port, message))
  else checkNumber(port ?? 0, path, errors)
}

/** No two of the containers take the same port of the node. */
export const checkHostPorts = (containers: readonly Container[], path: string, errors: Errors): void => {
  let taken: Set<string> | undefined
  containers.forEach(({ ports = [] }, index) => {
    ports.forEach(({ hostPort = 0, protocol = '', hostIP = '' }, place) => {
      if (hostPort === 0) return
      const key = `${protocol}/${hostIP}/${hostPort}`
      taken ??= new Set()
      if (taken.has(key)) errors.push(duplicateValue(`${path}[${index}].ports[${place}].hostPort`, key))
      else taken.add(key)
    })
  })
}
