// Asking for more or less while a pod runs: processor time and memory alone, of the same containers in the same order.
// Upstream: ValidatePodResize.
import { equalValues } from '../../../apimachinery/equal-values.ts'
import { forbiddenField, invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import type { Errors } from './checks.ts'
import { MIRROR } from './pod-annotations.ts'
import { type Container, isSidecar, type Quantities, type ResourceRequirements } from './pod-types.ts'
import { checkPod, specOf } from './pods.ts'

type Pod = Frozen<KubeObject>
type List = 'containers' | 'initContainers'

const ONLY = 'only cpu and memory'
const whole = (detail: string) => ({ type: 'FieldValueForbidden' as const, field: '', detail })

const checkOrder = (now: readonly Container[], old: readonly Container[], list: List, errors: Errors): void => {
  const path = `spec.${list}`
  if (now.length !== old.length) errors.push(forbiddenField(path, `${list} may not be added or removed on resize`))
  else
    old.forEach(({ name }, index) => {
      if (now[index]?.name !== name)
        errors.push(forbiddenField(`${path}[${index}].name`, `${list} may not be renamed or reordered on resize`))
    })
}

const isRemoved = (now: Quantities = {}, old: Quantities = {}): boolean => Object.keys(old).some((name) => now[name] === undefined)

const checkRemoval = (now: ResourceRequirements = {}, old: ResourceRequirements = {}, path: string, what: string, errors: Errors): void => {
  for (const side of ['requests', 'limits'] as const)
    if (isRemoved(now[side], old[side])) errors.push(forbiddenField(`${path}.${side}`, `${what} ${side} cannot be removed`))
}

const fixed = (amounts: Quantities = {}): object =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => name !== 'cpu' && name !== 'memory'))

/** What may not change of resources. */
const fixedResources = ({ limits, requests }: ResourceRequirements = {}): object => ({ limits: fixed(limits), requests: fixed(requests) })

/** Upstream compares without the claims of the changed one, and so finds any claim of the old. */
const sameButCompute = (now: Container, old: Container): boolean => {
  const { resources, ...rest } = now
  const { resources: before, ...others } = old
  return equalValues(rest, others) && equalValues(fixedResources(resources), fixedResources(before)) && !before?.claims
}

const checkPodLevel = (now: ResourceRequirements | undefined, old: ResourceRequirements | undefined, errors: Errors): void => {
  const amounts = (of: ResourceRequirements | undefined): number =>
    Object.keys(of?.requests ?? {}).length + Object.keys(of?.limits ?? {}).length
  if (amounts(now) + amounts(old) === 0) return
  if (old && !now) {
    errors.push(forbiddenField('spec.resources', 'pod-level resources cannot be removed'))
    return
  }
  if (old) checkRemoval(now, old, 'spec.resources', 'pod-level resource', errors)
  if (!equalValues(fixedResources(now), fixedResources(old)))
    errors.push(forbiddenField('spec', `${ONLY} resources are mutable at pod-level`))
}

const checkInit = (now: Container, old: Container, path: string, errors: Errors): void => {
  if (!sameButCompute(now, old)) errors.push(forbiddenField(path, `${ONLY} resources for init or sidecar containers are mutable`))
  if (isSidecar(now) || equalValues(now, old)) return
  for (const { restartPolicy } of now.resizePolicy ?? [])
    if (restartPolicy === 'RestartContainer')
      errors.push(forbiddenField(path, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'))
}

/** Nodes that cannot resize do not say what their containers have. */
const isSupported = (pod: Pod): boolean => {
  const running = listAt(pod, 'status', 'containerStatuses').find((status) => at(status, 'state', 'running') !== undefined)
  return running === undefined || at(running, 'resources') !== undefined
}

/** `qosClass` computes the class of service from a spec. */
export const checkPodResize = (pod: Pod, old: Pod, errors: Errors, qosClass: (pod: KubeObject) => string): void => {
  const [now, before] = [specOf(pod), specOf(old)]
  if (old.metadata.annotations?.[MIRROR] !== undefined || before.os?.name === 'windows') {
    errors.length = 0
    errors.push(
      whole(
        before.os?.name === 'windows' && !old.metadata.annotations?.[MIRROR]
          ? 'windows pods cannot be resized'
          : 'static pods cannot be resized',
      ),
    )
    return
  }
  checkPod(pod, errors, old)
  if ((textAt(old, 'status', 'qosClass') || qosClass(old as KubeObject)) !== qosClass(pod as KubeObject))
    errors.push(invalidValue('spec', textAt(pod, 'status', 'qosClass'), 'Pod QOS Class may not change as a result of resizing'))
  if (!isSupported(old)) errors.push(forbiddenField('spec', 'Pod running on node without support for resize'))
  checkPodLevel(now.resources, before.resources, errors)
  const ordered = errors.length
  const lists = (list: List) => [now[list] ?? [], before[list] ?? []] as const
  for (const list of ['containers', 'initContainers'] as const) checkOrder(...lists(list), list, errors)
  if (errors.length > ordered) return
  for (const list of ['initContainers', 'containers'] as const)
    lists(list)[1].forEach((container, index) => {
      const resources = lists(list)[0][index]?.resources
      checkRemoval(resources, container.resources, `spec.${list}[${index}].resources`, 'resource', errors)
    })
  lists('containers')[1].forEach((container, index) => {
    if (!sameButCompute(lists('containers')[0][index] as Container, container))
      errors.push(forbiddenField('spec', `${ONLY} resources are mutable`))
  })
  lists('initContainers')[1].forEach((container, index) => {
    checkInit(lists('initContainers')[0][index] as Container, container, `spec.initContainers[${index}]`, errors)
  })
  if (errors.length > 0) return
  const rest = ({ containers: _, initContainers: __, resources: ___, ...others }: typeof now): object => others
  if (!equalValues(rest(now), rest(before))) errors.push(forbiddenField('spec', `${ONLY} resources are mutable`))
}
