// How far a part of a JSON text reaches, found without parsing it.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const CLOSING_BRACE = 0x7d
/** Braces but for this bit are brackets. */
const BRACE_BIT = 0x20

/** Offset after the text whose quote stands at a place. */
const endOfText = (bytes: Buffer, start: number): number => {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** Offset after the object or list that begins at a place of a JSON text. */
export const endOfGroup = (bytes: Buffer, start: number): number => {
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++
    } else if ((byte | BRACE_BIT) === 0x7b) depth++
    else if ((byte | BRACE_BIT) === CLOSING_BRACE && --depth === 0) return at + 1
  }
  return bytes.length
}

const endOfValue = (bytes: Buffer, start: number): number => {
  const first = bytes[start] as number
  if (first === QUOTE) return endOfText(bytes, start)
  if ((first | BRACE_BIT) === 0x7b) return endOfGroup(bytes, start)
  let at = start
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== CLOSING_BRACE) at++
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
