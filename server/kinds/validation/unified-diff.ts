// Differences of texts, line by line, as upstream's messages show them: the algorithm of Python's difflib with its notion of popular lines.
// Upstream: github.com/pmezard/go-difflib, through k8s.io/apimachinery/pkg/util/diff.

type Match = readonly [a: number, b: number, size: number]
/** Lines a1 to a2 of the first text became b1 to b2 of the second. */
type Change = readonly [equal: boolean, a1: number, a2: number, b1: number, b2: number]

const CONTEXT = 3
const POPULAR_FROM = 200

/** Where each line stands in a text; lines that stand nearly everywhere are no landmarks. */
const placesOf = (lines: readonly string[]): Map<string, number[]> => {
  const places = new Map<string, number[]>()
  lines.forEach((line, index) => {
    const known = places.get(line)
    if (known) known.push(index)
    else places.set(line, [index])
  })
  const most = Math.trunc(lines.length / 100) + 1
  if (lines.length >= POPULAR_FROM) for (const [line, indices] of places) if (indices.length > most) places.delete(line)
  return places
}

class Matcher {
  readonly #a: readonly string[]
  readonly #b: readonly string[]
  readonly #places: ReadonlyMap<string, readonly number[]>

  constructor(a: readonly string[], b: readonly string[]) {
    this.#a = a
    this.#b = b
    this.#places = placesOf(b)
  }

  #longest(alo: number, ahi: number, blo: number, bhi: number): Match {
    let [besti, bestj, size] = [alo, blo, 0]
    let lengths = new Map<number, number>()
    for (let i = alo; i < ahi; i++) {
      const next = new Map<number, number>()
      for (const j of this.#places.get(this.#a[i] as string) ?? []) {
        if (j < blo) continue
        if (j >= bhi) break
        const length = (lengths.get(j - 1) ?? 0) + 1
        next.set(j, length)
        if (length > size) [besti, bestj, size] = [i - length + 1, j - length + 1, length]
      }
      lengths = next
    }
    while (besti > alo && bestj > blo && this.#a[besti - 1] === this.#b[bestj - 1]) [besti, bestj, size] = [besti - 1, bestj - 1, size + 1]
    while (besti + size < ahi && bestj + size < bhi && this.#a[besti + size] === this.#b[bestj + size]) size++
    return [besti, bestj, size]
  }

  #matches(alo: number, ahi: number, blo: number, bhi: number, found: Match[]): void {
    const [i, j, size] = this.#longest(alo, ahi, blo, bhi)
    if (size === 0) return
    if (alo < i && blo < j) this.#matches(alo, i, blo, j, found)
    found.push([i, j, size])
    if (i + size < ahi && j + size < bhi) this.#matches(i + size, ahi, j + size, bhi, found)
  }

  changes(): Change[] {
    const found: Match[] = []
    this.#matches(0, this.#a.length, 0, this.#b.length, found)
    const merged: [number, number, number][] = []
    for (const [i, j, size] of found) {
      const last = merged.at(-1)
      if (last && last[0] + last[2] === i && last[1] + last[2] === j) last[2] += size
      else merged.push([i, j, size])
    }
    const changes: Change[] = []
    let [a, b] = [0, 0]
    for (const [i, j, size] of [...merged, [this.#a.length, this.#b.length, 0] as const]) {
      if (a < i || b < j) changes.push([false, a, i, b, j])
      if (size > 0) changes.push([true, i, i + size, j, j + size])
      ;[a, b] = [i + size, j + size]
    }
    return changes
  }
}

/** Changes with at most CONTEXT equal lines around, split where more lie between. */
const grouped = (changes: readonly Change[]): Change[][] => {
  const codes = changes.map(([equal, a1, a2, b1, b2], index): Change => {
    if (!equal) return [equal, a1, a2, b1, b2]
    if (index === 0) return [true, Math.max(a1, a2 - CONTEXT), a2, Math.max(b1, b2 - CONTEXT), b2]
    return index === changes.length - 1 ? [true, a1, Math.min(a2, a1 + CONTEXT), b1, Math.min(b2, b1 + CONTEXT)] : [true, a1, a2, b1, b2]
  })
  const groups: Change[][] = []
  let group: Change[] = []
  for (const [equal, a1, a2, b1, b2] of codes) {
    if (equal && a2 - a1 > 2 * CONTEXT) {
      group.push([true, a1, Math.min(a2, a1 + CONTEXT), b1, Math.min(b2, b1 + CONTEXT)])
      groups.push(group)
      group = [[true, Math.max(a1, a2 - CONTEXT), a2, Math.max(b1, b2 - CONTEXT), b2]]
    } else group.push([equal, a1, a2, b1, b2])
  }
  if (group.length > 0 && !(group.length === 1 && group[0]?.[0])) groups.push(group)
  return groups.filter((each) => each.some(([equal]) => !equal))
}

const range = (start: number, stop: number): string => {
  const length = stop - start
  if (length === 1) return String(start + 1)
  return `${length === 0 ? start : start + 1},${length}`
}

const written = (group: readonly Change[], a: readonly string[], b: readonly string[]): string => {
  const [first, last] = [group[0] as Change, group.at(-1) as Change]
  let text = `@@ -${range(first[1], last[2])} +${range(first[3], last[4])} @@\n`
  for (const [equal, a1, a2, b1, b2] of group) {
    for (const line of a.slice(a1, a2)) text += `${equal ? ' ' : '-'}${line}\n`
    if (!equal) for (const line of b.slice(b1, b2)) text += `+${line}\n`
  }
  return text
}

/** A unified difference without file names; empty where the texts are equal. */
export const unifiedDiff = (before: string, after: string): string => {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return grouped(new Matcher(a, b).changes())
    .map((group) => written(group, a, b))
    .join('')
}
