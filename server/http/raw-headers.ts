// Headers as they were sent: names and values in turn. Node's own view joins repeated ones, so that a comma in a value cannot be told.

/** Every value of a header, in order. */
export const valuesIn = (rawHeaders: readonly string[], name: string): string[] => {
  const values: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] as string)
  }
  return values
}
