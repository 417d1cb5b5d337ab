// How far a part of a JSON text reaches, found without parsing it.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const BRACE = 0x7b
const CLOSING_BRACE = 0x7d
const BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d

/** Offset after the text whose quote stands at a place. */
const endOfText = (bytes: Buffer, start: number): number => {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** Offset after the object that begins at a place of a JSON text. */
export const endOfObject = (bytes: Buffer, start: number): number => {
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      // As endOfText, whose call would make this a fifth slower.
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++
    } else if (byte === BRACE) depth++
    else if (byte === CLOSING_BRACE && --depth === 0) return at + 1
  }
  return bytes.length
}

const endOfList = (bytes: Buffer, start: number): number => {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== CLOSING_BRACKET) {
    at = endOfValue(bytes, at)
    if (bytes[at] === COMMA) at++
  }
  return at + 1
}

const ENDS = new Set([COMMA, CLOSING_BRACE, CLOSING_BRACKET])

const endOfValue = (bytes: Buffer, start: number): number => {
  const first = bytes[start]
  if (first === QUOTE) return endOfText(bytes, start)
  if (first === BRACE) return endOfObject(bytes, start)
  if (first === BRACKET) return endOfList(bytes, start)
  let at = start
  while (at < bytes.length && !ENDS.has(bytes[at] as number)) at++
  return at
}

export interface MemberSpan {
  name: string
  /** Of the quote before its name. */
  start: number
  /** After its value. */
  end: number
}

/** The members of an object from a comma on, as JSON.stringify wrote them; names have no escapes. */
export const membersFrom = (bytes: Buffer, comma: number): MemberSpan[] => {
  const spans: MemberSpan[] = []
  for (let at = comma; bytes[at] === COMMA; ) {
    const start = at + 1
    const endOfName = endOfText(bytes, start)
    at = endOfValue(bytes, endOfName + 1)
    spans.push({ name: bytes.toString('latin1', start + 1, endOfName - 1), start, end: at })
  }
  return spans
}
