/**
 * What one server in memory has committed of one workspace. Nobody else writes to it, so a batch finds
 * the head where its room has left it, save behind an epoch that began meanwhile.
 */
import type { ClientId, Epoch, NoteId, Seq, UserId } from 'kith-shared'
import { NoteTable } from '../core/note-table.js'
import type {
  Batch,
  CommitOutcome,
  EpochStep,
  JournalRow,
  LoadedWorkspace,
  NoteAuthor,
} from '../core/ports.js'
import type { Renewal } from '../core/renewal.js'

interface State {
  epoch: Epoch
  seq: Seq
  document: Uint8Array
  index: Uint8Array
}

interface Binding {
  userId: UserId
  firstEpoch: Epoch
  epoch: Epoch
}

export class MemoryJournal {
  readonly #rows: JournalRow[] = []
  readonly #bindings = new Map<ClientId, Binding>()
  readonly #notes = new NoteTable()
  /** Oldest first; where an epoch begins, two of the same `seq` follow each other. */
  readonly #states: State[] = []
  #epoch: Epoch = 1

  get epoch(): Epoch {
    return this.#epoch
  }

  get head(): Seq {
    return this.#rows.length
  }

  get rows(): readonly JournalRow[] {
    return this.#rows
  }

  load(name: string, owned: readonly ClientId[] = []): LoadedWorkspace {
    const snapshot = this.#states.at(-1)
    const tail = this.rowsAfter(snapshot?.seq ?? 0)
    return {
      outcome: 'loaded',
      name,
      schema: 1,
      epoch: this.#epoch,
      head: this.head,
      oldest: this.#rows.find(({ epoch }) => epoch === this.#epoch)?.seq ?? this.head + 1,
      snapshot: snapshot && {
        seq: snapshot.seq,
        documentBytes: snapshot.document.length,
        index: snapshot.index,
      },
      tail: [...tail],
      bindings: [...this.#bindings]
        .filter(([id, { epoch }]) => epoch === this.#epoch || owned.includes(id))
        .map(([clientId, { userId }]) => ({ clientId, userId })),
    }
  }

  commit({ epoch, head, rows, bindings, notes }: Batch, now: number): CommitOutcome {
    const isForeign = ({ clientId, userId }: Batch['bindings'][number]): boolean =>
      (this.#bindings.get(clientId)?.userId ?? userId) !== userId
    const hasMoved = epoch !== this.#epoch || head !== this.head
    if (hasMoved || bindings.some(isForeign)) return { outcome: 'conflict' }
    for (const { clientId, userId } of bindings) {
      const firstEpoch = this.#bindings.get(clientId)?.firstEpoch ?? epoch
      this.#bindings.set(clientId, { userId, firstEpoch, epoch })
    }
    this.#notes.add(notes)
    for (const { author, update } of rows) {
      const seq = this.head + 1
      this.#rows.push({ seq, epoch, author, committedAt: now, update: update.slice() })
    }
    return { outcome: 'committed', head: this.head, committedAt: now }
  }

  noteAuthors(noteIds: readonly NoteId[]): NoteAuthor[] {
    return this.#notes.find(noteIds)
  }

  rowsAfter(seq: Seq, through = this.head): readonly JournalRow[] {
    return this.#rows.slice(seq, through)
  }

  /** The newest state at or before `through`, with the rows from there on. */
  stateThrough(through: Seq): { state: State | undefined; rows: readonly JournalRow[] } {
    const state = this.#states.findLast(({ seq }) => seq <= through)
    return { state, rows: this.rowsAfter(state?.seq ?? 0, through) }
  }

  keepState(state: State): void {
    this.#states.push(state)
  }

  /** The present epoch ends and the next begins, at the head. */
  begin({ closing, opening }: Renewal): void {
    const seq = this.head
    this.#states.push({ epoch: this.#epoch, seq, ...closing })
    this.#epoch++
    const { document, index } = opening
    this.#states.push({ epoch: this.#epoch, seq, document, index })
  }

  road(from: Epoch): EpochStep[] {
    const steps: EpochStep[] = []
    this.#states.forEach((closing, at) => {
      const opening = this.#states[at + 1]
      const isStep = opening && opening.epoch > closing.epoch && closing.epoch >= from
      if (isStep) steps.push({ closing, opening })
    })
    return steps
  }

  earlierIds(ids: readonly ClientId[]): ClientId[] {
    const isEarlier = (id: ClientId): boolean =>
      (this.#bindings.get(id)?.firstEpoch ?? this.#epoch) < this.#epoch
    return ids.filter(isEarlier)
  }
}
