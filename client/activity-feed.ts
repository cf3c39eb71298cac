import type { ChangeSource, DocumentChange } from 'kith-shared'
import type { Activity, ActivityDetail, CaughtUp } from './api.js'
import { activityOf } from './core/activity.js'
import type { OutboxChange } from './core/edit.js'
import type { Settled } from './core/ports.js'
import { Incoming } from './incoming.js'

/** Committed rows of this person that are remembered, to tell when an edit was committed. */
const OWN_ROWS = 64

export interface FeedListener {
  activity(activity: Activity): void
  caughtUp(caughtUp: CaughtUp): void
}

interface Commit {
  user: { id: string; name: string }
  seq: number
  committedAt: number | null
}

/**
 * Tells what happened, by the journal's word. What others did is told when their row comes in; what
 * was edited on this device is remembered, and told once it is committed, since its row changes
 * nothing here any more. Each tab tells the edits of the others too.
 */
export class ActivityFeed {
  readonly #workspaceId: string
  readonly #listener: FeedListener
  /** Of edits that no commit holds yet, read when they were done: a contact may be another by then. */
  readonly #changes = new Map<string, readonly ActivityDetail[]>()
  #local: readonly ActivityDetail[] | undefined
  #settled: Settled[] = []
  #ownRows: { seq: number; committedAt: number }[] = []

  constructor(workspaceId: string, listener: FeedListener) {
    this.#workspaceId = workspaceId
    this.#listener = listener
  }

  /** A listener for the document's index. */
  readonly follow = (changes: readonly DocumentChange[], { origin }: ChangeSource): void => {
    const details = (): ActivityDetail[] => changes.map(activityOf)
    if (!(origin instanceof Incoming)) {
      this.#local = details()
      return
    }
    const { from } = origin
    if (from.type === 'edit') this.#changes.set(from.id, details())
    if (from.type === 'snapshot') this.#listener.caughtUp(readWhenAsked(from.seq, details))
    if (from.type !== 'row') return
    const { author, committedAt } = from.row
    this.#tellAll(details(), { user: author, seq: from.seq, committedAt })
  }

  /** The transaction that the index has just told of is this edit. */
  isEdit(id: string): void {
    if (this.#local !== undefined) this.#changes.set(id, this.#local)
    this.#local = undefined
  }

  ownRow(seq: number, committedAt: number): void {
    this.#ownRows = [...this.#ownRows.slice(1 - OWN_ROWS), { seq, committedAt }]
  }

  settle(settled: readonly Settled[]): void {
    this.#settled.push(...settled.filter(({ id }) => this.#changes.has(id)))
  }

  /** What was written anew is still the same to its person; what is set aside is not told. */
  rebase({ refused, gone, edits }: OutboxChange): void {
    for (const { id, replaces } of edits) {
      const changes = replaces === undefined ? undefined : this.#changes.get(replaces)
      if (changes !== undefined) this.#changes.set(id, changes)
    }
    for (const id of [...gone, ...refused.map((edit) => edit.id)]) this.#changes.delete(id)
  }

  /** All rows through `seq` are in: what they settled can be told. */
  reached(seq: number, user: { id: string; name: string }): void {
    const due = this.#settled.filter((one) => one.seq <= seq)
    if (due.length === 0) return
    this.#settled = this.#settled.filter((one) => one.seq > seq)
    for (const { id, seq } of due) {
      const row = this.#ownRows.findLast((own) => own.seq <= seq)
      const changes = this.#changes.get(id) ?? []
      this.#changes.delete(id)
      this.#tellAll(changes, { user, seq, committedAt: row?.committedAt ?? null })
    }
  }

  #tellAll(details: readonly ActivityDetail[], commit: Commit): void {
    const { user, seq, committedAt } = commit
    const workspaceId = this.#workspaceId
    const { id, name } = user
    for (const detail of details) {
      this.#listener.activity({
        ...detail,
        workspaceId,
        user: { id, name },
        seq,
        committedAt,
      })
    }
  }
}

/** A device that held nothing is told of all there is, and hardly anybody looks at that. */
const readWhenAsked = (seq: number, read: () => readonly ActivityDetail[]): CaughtUp => {
  let known: readonly ActivityDetail[] | undefined
  return {
    get changes() {
      known ??= read()
      return known
    },
    seq,
  }
}
