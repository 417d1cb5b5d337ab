// What the tables of subjects/ consist of: kubectl command lines as a person types them, in the order of a session. Data only; session.ts
// runs them and masks.ts says what may differ.

/** A command line, and what must hold before it is typed. The line is its name, unless it stands twice. */
export interface CommandLine {
  readonly line: string
  /** Sets a line apart from the same line typed earlier. */
  readonly name?: string
  /** Input of the command. */
  readonly stdin?: string
  /** Shell commands typed before, without being compared; each must succeed. */
  readonly before?: readonly string[]
  /** Shell commands that are asked again until each succeeds: what controllers have to do first. */
  readonly until?: readonly string[]
  /** The order of lines means nothing here: upstream goes through a map, or over things made in the same second. */
  readonly unordered?: boolean
}

/** A session about one subject, in a namespace of that name, with files in its own folder. */
export interface Subject {
  readonly name: string
  readonly files?: Readonly<Record<string, string>>
  /** Shell commands typed first, without being compared; each must succeed. */
  readonly before?: readonly string[]
  readonly commands: readonly (string | CommandLine)[]
}
