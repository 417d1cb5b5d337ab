// How far a part of a JSON text reaches, found without parsing it.

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Offset after the object that begins at a place of a JSON text. */
export const endOfObject = (bytes: Buffer, start: number): number => {
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++
    } else if (byte === 0x7b) depth++
    else if (byte === 0x7d && --depth === 0) return at + 1
  }
  return bytes.length
}
