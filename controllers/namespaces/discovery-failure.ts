// Some groups did not say what they serve: upstream's words for it. Upstream: ErrGroupDiscoveryFailed of client-go's discovery.

export class DiscoveryFailure extends Error {
  readonly #groups: number

  constructor(failures: ReadonlyMap<string, string>) {
    const causes = [...failures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([groupVersion, why]) => `${groupVersion}: ${why}`)
    super(`unable to retrieve the complete list of server APIs: ${causes.join(', ')}`)
    this.#groups = failures.size
  }

  /** As a condition says it. */
  get described(): string {
    return `Discovery failed for some groups, ${this.#groups} failing: ${this.message}`
  }
}
