// What gathers in a turn of the event loop goes out in one write at its end.

export interface Flushable {
  flush(): void
}

const dirty = new Set<Flushable>()
let scheduled = false

const flushAll = (): void => {
  scheduled = false
  const due = [...dirty]
  dirty.clear()
  for (const one of due) one.flush()
}

/** Flushes once the turn is over, however often it was asked for. */
export const flushAtTurnEnd = (one: Flushable): void => {
  dirty.add(one)
  if (scheduled) return
  scheduled = true
  setImmediate(flushAll)
}
