// Quotas: how much of which resource objects take, by kind and scope, for whoever keeps or recalculates them. Knows no servers and no
// clients. Upstream: pkg/quota/v1 and k8s.io/apiserver/pkg/quota/v1.
// This file: arithmetic on lists of resources. Upstream: k8s.io/apiserver/pkg/quota/v1/resources.go.
import { addQuantities, compareQuantities, subtractQuantities } from '../apimachinery/quantity.ts'

/** Quantities by resource. */
export type Amounts = Readonly<Record<string, string>>
export type Sums = Record<string, string>

/** Adds to a list of sums. */
export const addTo = (sums: Sums, amounts: Amounts | undefined): void => {
  for (const name in amounts) {
    const amount = amounts[name] as string
    sums[name] = sums[name] === undefined ? amount : addQuantities(sums[name], amount)
  }
}

/** Raises amounts to those of another list. */
export const raiseTo = (most: Sums, amounts: Amounts | undefined): void => {
  for (const name in amounts) {
    const amount = amounts[name] as string
    if (most[name] === undefined || compareQuantities(amount, most[name]) > 0) most[name] = amount
  }
}

export const sumOf = (first: Amounts, second: Amounts): Sums => {
  const sums = { ...first }
  addTo(sums, second)
  return sums
}

/** What is more in the first than in the second; nothing is below zero. */
export const excessOf = (first: Amounts, second: Amounts): Sums => {
  const found: Sums = {}
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const rest = first[name] === undefined ? '0' : subtractQuantities(first[name], second[name] ?? '0')
    found[name] = compareQuantities(rest, '0') > 0 ? rest : '0'
  }
  return found
}

export const only = (amounts: Amounts, names: Iterable<string>): Sums => {
  const wanted = new Set(names)
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => wanted.has(name)))
}

/** Whether two lists name the same resources in the same amounts. */
export const sameAmounts = (first: Amounts, second: Amounts): boolean => {
  const names = Object.keys(first)
  if (names.length !== Object.keys(second).length) return false
  return names.every((name) => second[name] !== undefined && compareQuantities(first[name] as string, second[name]) === 0)
}
