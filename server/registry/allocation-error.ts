// What allocators of addresses and ports refuse with; kinds turn it into the answer.

/** Why something cannot be had, in upstream's words. */
export class AllocationError extends Error {
  /** Nothing is free: the server's trouble, not the request's. */
  readonly full: boolean
  constructor(message: string, full = false) {
    super(message)
    this.full = full
  }
}
