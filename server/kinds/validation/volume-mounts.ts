// Where containers see volumes: as directories and as devices. Upstream: ValidateVolumeMounts, ValidateVolumeDevices.
import { forbiddenField, invalidValue, notFoundValue } from '../../../apimachinery/field-error.ts'
import { type Errors, oneOf, present } from './checks.ts'
import { checkDescendingPath } from './path-checks.ts'
import type { PodContext } from './pod-context.ts'
import type { Container, VolumeMount } from './pod-types.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const READ_ONLY = ['Disabled', 'Enabled', 'IfPossible']

/** Places by the volumes' names; of several places of one volume upstream knows only the last. */
const lastPlaces = <T extends { name?: string }>(list: readonly T[], place: (item: T) => string | undefined): Map<string, string> =>
  new Map(list.map((item) => [item.name ?? '', place(item) ?? '']))

const hasPlace = (places: ReadonlyMap<string, string>, path: string): boolean => [...places.values()].includes(path)

const checkPropagation = (propagation: string | undefined, container: Container, path: string, errors: Errors): void => {
  if (propagation === undefined) return
  oneOf(propagation, PROPAGATIONS, path, errors)
  if (propagation === 'Bidirectional' && container.securityContext?.privileged !== true)
    errors.push(forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers'))
}

const checkRecursion = ({ recursiveReadOnly, readOnly, mountPropagation }: VolumeMount, path: string, errors: Errors): void => {
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return
  if (!READ_ONLY.includes(recursiveReadOnly)) {
    oneOf(recursiveReadOnly, READ_ONLY, path, errors)
    return
  }
  if (!readOnly) errors.push(forbiddenField(path, 'may only be specified when readOnly is true'))
  if (mountPropagation !== undefined && mountPropagation !== 'None')
    errors.push(forbiddenField(path, 'may only be specified when mountPropagation is None or not specified'))
}

/** Faults of sub-paths and propagation are said to be of the list, as upstream says it. */
const checkDetails = (mount: VolumeMount, container: Container, path: string, at: string, errors: Errors): void => {
  const { subPath, subPathExpr } = mount
  if (subPath) checkDescendingPath(subPath, `${path}.subPath`, errors)
  if (subPathExpr) {
    if (subPath) errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    checkDescendingPath(subPathExpr, `${path}.subPathExpr`, errors)
  }
  checkPropagation(mount.mountPropagation, container, `${path}.mountPropagation`, errors)
  checkRecursion(mount, `${path}.recursiveReadOnly`, errors)
}

export const checkVolumeMounts = (container: Container, path: string, errors: Errors, { volumes }: PodContext): void => {
  const { volumeMounts, volumeDevices } = container
  if (!volumeMounts) return
  const seen = new Set<string>()
  const devices = volumeDevices && lastPlaces(volumeDevices, ({ devicePath }) => devicePath)
  for (let index = 0; index < volumeMounts.length; index++) {
    const mount = volumeMounts[index] as VolumeMount
    const at = `${path}[${index}]`
    const { name = '', mountPath = '' } = mount
    present(name, `${at}.name`, errors)
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name))
    present(mountPath, `${at}.mountPath`, errors)
    if (seen.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'))
    seen.add(mountPath)
    if (devices) {
      if (devices.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'))
      if (hasPlace(devices, mountPath))
        errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'))
    }
    checkDetails(mount, container, path, at, errors)
  }
}

export const checkVolumeDevices = (container: Container, path: string, errors: Errors, { volumes }: PodContext): void => {
  const { volumeDevices, volumeMounts = [] } = container
  if (!volumeDevices) return
  const [names, paths] = [new Set<string>(), new Set<string>()]
  const mounts = lastPlaces(volumeMounts, ({ mountPath }) => mountPath)
  volumeDevices.forEach(({ name = '', devicePath = '' }, index) => {
    const at = `${path}[${index}]`
    present(name, `${at}.name`, errors)
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'))
    const volume = volumes.get(name)
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(invalidValue(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'))
    if (!volume) errors.push(notFoundValue(`${at}.name`, name))
    present(devicePath, `${at}.devicePath`, errors)
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'))
    if (devicePath.split('/').includes('..')) errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    else paths.add(devicePath)
    if (mounts.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'))
    if (hasPlace(mounts, devicePath))
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    if (name !== '') names.add(name)
  })
}
