// Lists of tolerations against each other. Upstream: pkg/util/tolerations.
import type { Toleration } from './admitted-pod.ts'

const same = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key &&
  a.operator === b.operator &&
  a.value === b.value &&
  a.effect === b.effect &&
  (a.tolerationSeconds === undefined) === (b.tolerationSeconds === undefined) &&
  Number(a.tolerationSeconds ?? 0) === Number(b.tolerationSeconds ?? 0)

/** Whether the first tolerates all that the second does. */
const covers = (wide: Toleration, narrow: Toleration): boolean => {
  if (same(wide, narrow)) return true
  const { key = '', operator = '', effect = '', tolerationSeconds } = wide
  if ((narrow.key ?? '') !== key && (key !== '' || operator !== 'Exists')) return false
  if ((narrow.effect ?? '') !== effect && effect !== '') return false
  if (effect === 'NoExecute' && tolerationSeconds !== undefined) {
    if (narrow.tolerationSeconds === undefined || Number(narrow.tolerationSeconds) > Number(tolerationSeconds)) return false
  }
  if (operator === 'Exists') return true
  return (operator === 'Equal' || operator === '') && narrow.operator === 'Equal' && (narrow.value ?? '') === (wide.value ?? '')
}

/** Both lists in one; what another covers is left out, the first of equals stays. */
export const mergedTolerations = (first: readonly Toleration[], second: readonly Toleration[]): Toleration[] => {
  const all = [...first, ...second]
  const merged: Toleration[] = []
  all.forEach((toleration, index) => {
    if (merged.some((other) => covers(other, toleration))) return
    if (all.slice(index + 1).some((other) => !same(toleration, other) && covers(other, toleration))) return
    merged.push(toleration)
  })
  return merged
}

/** Whether each of the tolerations is covered by one of those allowed; an empty list allows all. */
export const withinAllowed = (tolerations: readonly Toleration[], allowed: readonly Toleration[]): boolean =>
  allowed.length === 0 || tolerations.every((toleration) => allowed.some((wide) => covers(wide, toleration)))
