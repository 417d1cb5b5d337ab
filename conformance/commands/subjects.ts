// The sessions, in the order they are typed: each subject in a file of its own.
import type { Subject } from './command.ts'
import { bindingsAndRoles } from './subjects/roles.ts'
import { generators } from './subjects/generators.ts'

export const subjects: readonly Subject[] = [generators, bindingsAndRoles]
