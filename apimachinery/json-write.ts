// Writing JSON: native stringify, and integers past 2^53 as plain digits.

const MARK = '\u0000bigint:'

/** JSON text of a canonical value; bigint becomes an integer literal. In one line, or indented. */
export const writeJson = (value: unknown, indent?: number): string => {
  try {
    return JSON.stringify(value, undefined, indent)
  } catch (error) {
    if (!(error instanceof TypeError) || !/BigInt/.test(error.message)) throw error
    const marked = JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${MARK}${member}` : member), indent)
    return marked.replaceAll(/"\\u0000bigint:(-?\d+)"/g, '$1')
  }
}
