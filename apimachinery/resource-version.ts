// Revisions: the store's counter, as numbers inside and decimal text outside. uint64 on the wire; this server counts within 2^53.

export type Revision = number

/** Parses a resourceVersion; undefined when it is no uint64. */
export const parseResourceVersion = (text: string): Revision | undefined => {
  if (!/^\d{1,20}$/.test(text)) return undefined
  const value = BigInt(text)
  return value < 2n ** 64n ? Number(value) : undefined
}
