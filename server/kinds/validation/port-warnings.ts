// Ports that are said twice, or half. Upstream: pkg/api/pod/warnings.go.
import { type ContainerPort, type PodSpec, visitContainers } from './pod-types.ts'

interface Place {
  path: string
  port: ContainerPort
}

const clash = (port: ContainerPort, other: ContainerPort): string | undefined => {
  const [ip, otherIp] = [port.hostIP ?? '', other.hostIP ?? '']
  const [host, otherHost] = [port.hostPort ?? 0, other.hostPort ?? 0]
  if (ip === otherIp && host === otherHost) return 'duplicate port definition'
  if (host === 0 || otherHost === 0) return 'overlapping port definition'
  return host === otherHost && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous port definition' : undefined
}

const whole = ({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`

export const portWarnings = (spec: PodSpec, path: string, warnings: string[]): void => {
  const places = new Map<string, Place[]>()
  const names = new Map<string, string>()
  const byName: string[] = []
  visitContainers(spec, path, ({ ports = [] }, at) => {
    ports.forEach((port, index) => {
      const place = `${at}.ports[${index}]`
      if (port.hostIP && !port.hostPort) warnings.push(`${place}: hostIP set without hostPort: ${whole(port)}`)
      const key = `${port.containerPort ?? 0}/${port.protocol ?? ''}`
      const others = places.get(key) ?? []
      for (const other of others) {
        const what = clash(port, other.port)
        if (what !== undefined) warnings.push(`${place}: ${what} with ${other.path}`)
      }
      places.set(key, [...others, { path: place, port }])
      if (!port.name) return
      const first = names.get(port.name)
      if (first === undefined) names.set(port.name, place)
      else
        byName.push(
          `${place}: duplicate port name ${JSON.stringify(port.name)} with ${first}, services and probes that select ports by name will use ${first}`,
        )
    })
  })
  warnings.push(...byName)
}
