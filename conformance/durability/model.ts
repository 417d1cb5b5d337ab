// What a durable server must still know: each object's acknowledged state, the one write that may be under way on it, and which
// revision carries what. A write without an answer may have happened or not; the first list after the restart decides.
export interface Stored {
  sequence: number
  revision: number
}

export type Write = { type: 'put'; name: string; sequence: number } | { type: 'delete'; name: string }

export class Model {
  readonly violations: string[] = []
  /** Writes that certainly happened since the watchers were last compared: by revision, and deletions by the sequence they ended. */
  puts = new Map<number, { name: string; sequence: number }>()
  deletes = new Map<number, string>()
  acknowledged = 0
  undecided = 0
  /** Violations that are acknowledged writes gone. */
  lost = 0
  highest = 0
  readonly #objects = new Map<string, Stored>()
  readonly #underWay = new Map<string, Write>()
  readonly #contents = new Map<number, string>()
  readonly #revisions = new Map<number, number>()
  #sequence = 0

  nextSequence(): number {
    return ++this.#sequence
  }

  get(name: string): Stored | undefined {
    return this.#objects.get(name)
  }

  violation(text: string): void {
    this.violations.push(text)
  }

  #losing(text: string): void {
    this.lost++
    this.violation(text)
  }

  /** Notes that a revision was seen with a content, by whomever; a revision has one content and a content one revision. */
  saw(revision: number, name: string, sequence: number, deleted: boolean): void {
    const content = `${deleted ? 'deletion of' : 'content'} ${name}/${sequence}`
    const known = this.#contents.get(revision)
    if (known !== undefined && known !== content) this.violation(`revision ${revision} was given to ${known} and to ${content}`)
    this.#contents.set(revision, content)
    if (deleted) return
    const other = this.#revisions.get(sequence)
    if (other !== undefined && other !== revision) this.violation(`${content} has revision ${other} and ${revision}`)
    this.#revisions.set(sequence, revision)
  }

  begin(write: Write): void {
    this.#underWay.set(write.name, write)
  }

  /** An acknowledged put. */
  acknowledgePut(name: string, sequence: number, revision: number): void {
    const before = this.#objects.get(name)
    if (before && revision <= before.revision) this.violation(`${name} went from revision ${before.revision} to ${revision}`)
    this.saw(revision, name, sequence, false)
    this.#objects.set(name, { sequence, revision })
    this.puts.set(revision, { name, sequence })
    this.highest = Math.max(this.highest, revision)
    this.acknowledged++
    this.#underWay.delete(name)
  }

  acknowledgeDelete(name: string): void {
    const before = this.#objects.get(name)
    if (before) this.deletes.set(before.sequence, name)
    this.#objects.delete(name)
    this.acknowledged++
    this.#underWay.delete(name)
  }

  /** Compares a list with what must be there, and settles what was under way. */
  settle(listRevision: number, listed: ReadonlyMap<string, Stored>): void {
    if (listRevision < this.highest)
      this.#losing(`the list stands at revision ${listRevision}, below ${this.highest}, which was acknowledged`)
    this.highest = Math.max(this.highest, listRevision)
    for (const [name, stored] of listed) {
      this.saw(stored.revision, name, stored.sequence, false)
      if (stored.revision > listRevision) this.violation(`${name} has revision ${stored.revision}, above its list's ${listRevision}`)
    }
    for (const name of new Set([...this.#objects.keys(), ...listed.keys(), ...this.#underWay.keys()]))
      this.#settleOne(name, listed.get(name))
    this.undecided += this.#underWay.size
    this.#underWay.clear()
  }

  #settleOne(name: string, now: Stored | undefined): void {
    const before = this.#objects.get(name)
    const write = this.#underWay.get(name)
    if (now?.sequence === before?.sequence && now?.revision === before?.revision) return
    if (now && write?.type === 'put' && now.sequence === write.sequence && now.revision > (before?.revision ?? 0)) {
      this.#objects.set(name, now)
      this.puts.set(now.revision, { name, sequence: now.sequence })
    } else if (!now && before && write?.type === 'delete') {
      this.#objects.delete(name)
      this.deletes.set(before.sequence, name)
    } else {
      const tell = (stored: Stored | undefined): string =>
        stored ? `sequence ${stored.sequence} at revision ${stored.revision}` : 'nothing'
      this.#losing(`${name}: acknowledged ${tell(before)}, found ${tell(now)}, under way ${write ? JSON.stringify(write) : 'nothing'}`)
    }
  }

  /** The state that watchers must have come to. */
  objects(): ReadonlyMap<string, Stored> {
    return this.#objects
  }
}
