// Types every line of a subject at both servers at the same time and holds what they answer side by side.
import type { CommandLine, Subject } from './command.ts'
import { masked } from './masks.ts'
import { NO_END, type Outcome, type Session } from './session.ts'

export interface Keyboard {
  readonly session: Session
  readonly port: number
}

export interface Finding {
  readonly name: string
  /** What each server answered, masked; equal texts are the same answer. */
  readonly real: string
  readonly ours: string
  readonly milliseconds: number
}

const NOT_REACHED = '--- not reached'

/** A line that the real server's session never came to, or did not end, shows nothing. */
export const isSame = ({ real, ours }: Finding): boolean =>
  real === ours && !real.startsWith(NOT_REACHED) && !real.endsWith(`exit code ${NO_END}\n`)

/** The name of a line in expectations.json. */
export const nameOf = (subject: Subject, { line, name }: CommandLine): string => `${subject.name}: ${name ?? line}`

export const linesOf = ({ commands }: Subject): CommandLine[] =>
  commands.map((command) => (typeof command === 'string' ? { line: command } : command))

const shown = ({ code, stdout, stderr }: Outcome, { session, port }: Keyboard, unordered: boolean): string => {
  const part = (title: string, text: string): string =>
    text === '' ? '' : `--- ${title}\n${masked(text, port, session.folder, unordered)}${text.endsWith('\n') ? '' : '\n(no end of line)\n'}`
  return `${part('stdout', stdout)}${part('stderr', stderr)}--- exit code ${code}\n`
}

const typed = async (keyboard: Keyboard, subject: Subject, command: CommandLine): Promise<string> => {
  const { session } = keyboard
  try {
    for (const line of command.before ?? []) await session.must(line, subject.name)
    for (const line of command.until ?? []) await session.until(line, subject.name)
  } catch (error) {
    // The session goes on: what cannot be reached is a difference like another.
    return `${NOT_REACHED}\n${masked(error instanceof Error ? error.message : String(error), keyboard.port, session.folder, false)}\n`
  }
  return shown(await session.run(command.line, subject.name, command.stdin), keyboard, command.unordered ?? false)
}

/** The namespace of the subject becomes kubectl's own, with the account that pods act as. */
const open = async ({ session }: Keyboard, subject: Subject): Promise<void> => {
  session.write(subject.files ?? {}, subject.name)
  await session.must(`kubectl create namespace ${subject.name}`, subject.name)
  await session.must(`kubectl config set-context --current --namespace=${subject.name}`, subject.name)
  await session.until('kubectl get serviceaccount default && kubectl get configmap kube-root-ca.crt', subject.name)
  for (const line of subject.before ?? []) await session.must(line, subject.name)
}

export const runSubject = async (real: Keyboard, ours: Keyboard, subject: Subject): Promise<Finding[]> => {
  await Promise.all([open(real, subject), open(ours, subject)])
  const findings: Finding[] = []
  for (const command of linesOf(subject)) {
    const before = Date.now()
    const [wanted, given] = await Promise.all([typed(real, subject, command), typed(ours, subject, command)])
    findings.push({ name: nameOf(subject, command), real: wanted, ours: given, milliseconds: Date.now() - before })
  }
  return findings
}
