// The watches of one server, so that it can end them when it stops.

export interface EndableWatch {
  end(): void
}

export class OpenWatches {
  readonly #open = new Set<EndableWatch>()
  #ended = false

  /** Keeps a watch until it is dropped; one that begins after the end is ended at once. */
  add(watch: EndableWatch): void {
    if (this.#ended) watch.end()
    else this.#open.add(watch)
  }

  drop(watch: EndableWatch): void {
    this.#open.delete(watch)
  }

  endAll(): void {
    this.#ended = true
    for (const watch of [...this.#open]) watch.end()
  }
}
