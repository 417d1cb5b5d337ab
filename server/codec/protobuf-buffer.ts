// A protobuf message written from its end to its start: a part's length is known once the part stands, so nothing is measured first.
// The same trick as upstream's generated MarshalToSizedBuffer.

const FIRST_BYTES = 16 * 1024
const MOST_KEPT_BYTES = 1024 * 1024
/** Texts up to this length are copied by hand: cheaper than a call into the runtime. */
const SHORT_TEXT = 24

/** One message in the making; everything is written in front of what stands already. */
export class ProtobufBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #at = FIRST_BYTES

  /** Bytes written so far. */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  /** What was written, as a copy; the buffer is empty again. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.length)
    this.#bytes.copy(taken, 0, this.#at)
    this.clear()
    return taken
  }

  /** Forgets what was written, and the memory of an unusually large message. */
  clear(): void {
    if (this.#bytes.length > MOST_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES)
    this.#at = this.#bytes.length
  }

  #reserve(count: number): void {
    if (this.#at >= count) return
    const length = this.length
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, length + count))
    this.#bytes.copy(grown, grown.length - length, this.#at)
    this.#at = grown.length - length
    this.#bytes = grown
  }

  /** An unsigned integer below 2^53. */
  varint(value: number): void {
    this.#reserve(10)
    if (value < 0x80) {
      this.#bytes[--this.#at] = value
      return
    }
    let size = 1
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
    this.#at -= size
    let at = this.#at
    for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
      if (rest < 0x80) {
        this.#bytes[at] = rest
        return
      }
      this.#bytes[at++] = (rest % 0x80) | 0x80
    }
  }

  /** A signed integer of 64 bits: negative ones take ten bytes. */
  integer(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) return this.varint(value)
    this.#reserve(10)
    const bytes: number[] = []
    for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
      if (rest < 0x80n) {
        bytes.push(Number(rest))
        break
      }
      bytes.push(Number(rest & 0x7fn) | 0x80)
    }
    this.#at -= bytes.length
    this.#bytes.set(bytes, this.#at)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#at -= 8
    this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** Bytes without their length. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#at -= bytes.length
    this.#bytes.set(bytes, this.#at)
  }

  /** Text in UTF-8, its length in front. */
  text(text: string): void {
    const { length } = text
    if (length <= SHORT_TEXT && this.#ascii(text)) return this.varint(length)
    const size = Buffer.byteLength(text)
    this.#reserve(size)
    this.#at -= size
    this.#bytes.write(text, this.#at)
    this.varint(size)
  }

  /** Whether the text was plain, and stands now. */
  #ascii(text: string): boolean {
    const { length } = text
    this.#reserve(length)
    const at = this.#at - length
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index)
      if (code >= 0x80) return false
      this.#bytes[at + index] = code
    }
    this.#at = at
    return true
  }
}
