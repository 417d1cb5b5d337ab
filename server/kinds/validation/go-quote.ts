// Go's %q for texts inside messages.

/** A text in quotes; JSON and Go differ only in control characters, which no message of ours needs otherwise. */
export const goQuote = (text: string): string =>
  JSON.stringify(text)
    .replace(/\\u00([0-9a-f]{2})/g, '\\x$1')
    .replace(/\u007f/g, '\\x7f')
