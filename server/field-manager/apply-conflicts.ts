// Fields that an applier would change and others own. Upstream: apimachinery/pkg/util/managedfields/internal/conflict.go.
import { goQuote } from '../../apimachinery/go-text.ts'
import { type FieldSet, hasPath } from './field-set.ts'
import type { Manager } from './managers.ts'
import { pathText } from './path-text.ts'

export interface Conflict {
  /** The manager's; they are told in its order. */
  identity: string
  manager: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>
  path: readonly string[]
}

export interface ConflictCause {
  reason: 'FieldManagerConflict'
  message: string
  field: string
}

const shown = ({ name, operation, apiVersion, subresource }: Conflict['manager']): string => {
  const who = subresource === '' ? goQuote(name) : `${goQuote(name)} with subresource ${goQuote(subresource)}`
  return operation === 'Update' ? `${who} using ${apiVersion}` : who
}

export class ApplyConflicts extends Error {
  readonly conflicts: readonly Conflict[]

  /** `conflicts` by manager. */
  constructor(conflicts: readonly Conflict[]) {
    super(messageOf(conflicts))
    this.conflicts = conflicts
  }

  get causes(): ConflictCause[] {
    return this.conflicts.map(({ manager, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${shown(manager)}`,
      field: pathText(path),
    }))
  }

  /** Those that a set does not hold; undefined when it holds all. */
  outside(set: FieldSet): ApplyConflicts | undefined {
    const left = this.conflicts.filter(({ path }) => !hasPath(set, path))
    return left.length === 0 ? undefined : new ApplyConflicts(left)
  }
}

const messageOf = (conflicts: readonly Conflict[]): string => {
  const [first] = conflicts
  if (first && conflicts.length === 1) return `Apply failed with 1 conflict: conflict with ${shown(first.manager)}: ${pathText(first.path)}`
  const lines: string[] = []
  let last = ''
  for (const { identity, manager, path } of conflicts) {
    if (identity !== last) lines.push(`conflicts with ${shown(manager)}:`)
    last = identity
    lines.push(`- ${pathText(path)}`)
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}
