// JSON values as this program holds them, and the few walks over them it needs.
export type Json = string | number | boolean | null | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json | undefined
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectAt = (value: Json | undefined, ...path: string[]): JsonObject => {
  const found = valueAt(value, ...path)
  return isObject(found) ? found : {}
}

export const valueAt = (value: Json | undefined, ...path: string[]): Json | undefined => {
  let at = value
  for (const key of path) at = Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined
  return at
}

export const textAt = (value: Json | undefined, ...path: string[]): string => {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** Sets a value where its parent exists; says whether it did. */
export const setAt = (root: Json, path: readonly string[], value: Json): boolean => {
  const key = path.at(-1)
  const parent = valueAt(root, ...path.slice(0, -1))
  if (key === undefined) return false
  if (Array.isArray(parent)) parent[Number(key)] = value
  else if (isObject(parent)) parent[key] = value
  else return false
  return true
}

/** Every path that leads to a value, parents first. */
export const pathsOf = (value: Json | undefined, prefix: readonly string[] = []): string[][] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => [[...prefix, key], ...pathsOf(child, [...prefix, key])])
}

export const copyOf = <T extends Json>(value: T): T => structuredClone(value)
