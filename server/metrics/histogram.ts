// Counters and histograms as the text format shows them, made for being counted often and read seldom: an observation allocates nothing.
// Upstream's format: prometheus/common/expfmt.

/** A bound as Go writes it: 1e+06 from a million on, 0.005 below. */
const boundText = (bound: number): string => (bound >= 1e6 ? bound.toExponential().replace(/e\+(\d)$/, 'e+0$1') : String(bound))

export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #count = 0
  #sum = 0

  /** `bounds` are the upper ends of the buckets, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length)
  }

  /** Notes a value that was seen so many times. */
  observe(value: number, times = 1): void {
    const bounds = this.#bounds
    this.#count += times
    this.#sum += value * times
    for (let index = 0; index < bounds.length; index++) {
      if (value <= (bounds[index] as number)) {
        this.#counts[index] = (this.#counts[index] as number) + times
        return
      }
    }
  }

  get count(): number {
    return this.#count
  }

  /** The sample lines; `labels` as they stand between the braces. */
  lines(name: string, labels: string): string[] {
    const before = labels === '' ? '' : `${labels},`
    const own = labels === '' ? '' : `{${labels}}`
    const lines: string[] = []
    let below = 0
    for (const [index, bound] of this.#bounds.entries()) {
      below += this.#counts[index] as number
      lines.push(`${name}_bucket{${before}le="${boundText(bound)}"} ${below}`)
    }
    lines.push(`${name}_bucket{${before}le="+Inf"} ${this.#count}`, `${name}_sum${own} ${this.#sum}`, `${name}_count${own} ${this.#count}`)
    return lines
  }
}

/** `{a="1",b="2"}` without the braces, in order of the names, values escaped. */
export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}="${(labels[name] as string).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`)
    .join(',')

/** A family with its head; nothing where there are no samples. */
export const family = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`
