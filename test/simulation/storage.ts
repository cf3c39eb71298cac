/**
 * PostgreSQL as the nodes meet it: the journal in memory, whose every answer takes its time, and
 * which is away, slow, loses answers, or does late what it was given up for.
 */
import type { Epoch } from 'kith-shared'
import type { Epochs, Journal, JournalRow, NewEpoch, Snapshot } from '../../server/core/ports.js'
import type { MemoryJournal } from '../harness/memory-journal.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'
import { WORKSPACE } from './workspace.js'

/** Slow look-ups, tries again with backoff; in milliseconds. */
const RECOVERY = 2_500

type Away = { outcome: 'away' }
const AWAY: Away = { outcome: 'away' }

/** A call that goes wrong, of so many; more often in bad times. */
const TROUBLE = { usual: 0.004, bad: 0.25 }

export class Storage {
  readonly #clock: Clock
  readonly #random: Random
  readonly #journal: MemoryJournal
  #awayUntil = 0
  #slowUntil = 0
  #badUntil = 0
  /** The last two snapshots: a damaged one has the other behind it. */
  #snapshots: Snapshot[] = []
  readonly #spells: { from: number; until: number }[] = []
  #isStoredAnew = false
  #awaited: { calls: number; act: () => void }[] = []
  #kept = 1
  #head = 0
  #epoch: Epoch = 1
  #isHealed = false
  /** Rows, in their order, once their commit is done. */
  onRows: (rows: readonly JournalRow[]) => void = () => undefined
  onEpoch: (epoch: Epoch, opening: NewEpoch['opening']) => void = () => undefined

  constructor(clock: Clock, random: Random, journal: MemoryJournal) {
    this.#clock = clock
    this.#random = random
    this.#journal = journal
  }

  get journal(): MemoryJournal {
    return this.#journal
  }

  get head(): number {
    return this.#head
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  get isAway(): boolean {
    return this.#clock.now() < this.#awayUntil
  }

  away(duration: number): void {
    this.#awayUntil = this.#spell(duration)
  }

  slow(duration: number): void {
    this.#slowUntil = this.#spell(duration)
  }

  /** Answers are lost before and after, or come late. */
  worsen(duration: number): void {
    this.#badUntil = this.#spell(duration)
  }

  #spell(duration: number): number {
    const from = this.#clock.now()
    this.#spells.push({ from, until: from + duration })
    return from + duration
  }

  /** Milliseconds since `from` in which something was wrong, and what it takes to get over that. */
  badTimeSince(from: number): number {
    const spells = this.#spells.filter(({ until }) => until + RECOVERY > from)
    return spells.reduce((sum, spell) => sum + spell.until - spell.from + RECOVERY, 0)
  }

  /**
   * Where snapshots or rows came or went: all that is left of them, as each of the two snapshots and
   * the rows after it.
   */
  takeNewStates(): Uint8Array[][] {
    if (!this.#isStoredAnew) return []
    this.#isStoredAnew = false
    const rows = this.#journal.rowsOf(WORKSPACE)
    return this.#snapshots.map(({ seq, document }) => [
      document,
      ...rows.filter((row) => row.seq > seq).map(({ update }) => update),
    ])
  }

  /** From now on nothing goes wrong. */
  heal(): void {
    this.#isHealed = true
    this.#awayUntil = 0
    this.#slowUntil = 0
  }

  /** Once so many more calls have been performed. */
  afterCalls(calls: number, act: () => void): void {
    this.#awaited.push({ calls, act })
  }

  /** Deletes rows as retention may: those that two snapshots cover. */
  forgetRows(): void {
    const through = this.#snapshots.at(-2)?.seq ?? 0
    if (this.#kept > through) return
    for (; this.#kept <= through; this.#kept++) this.#journal.deleteRow(WORKSPACE, this.#kept)
    this.#isStoredAnew = true
  }

  /** What a node has of it. Who does not live any more asks nothing and is told nothing. */
  connect(isAlive: () => boolean): Journal & Epochs {
    const journal = this.#journal
    const call = <T>(work: () => Promise<T>) => this.call(isAlive, work)
    return {
      load: (id, owned) => call(() => journal.load(id, owned)),
      readRows: (id, after, maxBytes) => call(() => journal.readRows(id, after, maxBytes)),
      readSnapshot: (id) => call(() => journal.readSnapshot(id)),
      commit: (batch) =>
        call(async () => {
          const outcome = await journal.commit(batch)
          this.#look()
          return outcome
        }),
      writeSnapshot: (id, snapshot) =>
        call(async () => {
          const written = await journal.writeSnapshot(id, snapshot)
          if (written.outcome === 'written') {
            this.#snapshots = [...this.#snapshots, snapshot].slice(-2)
            this.#isStoredAnew = true
          }
          return written
        }),
      road: (id, from) => call(() => journal.road(id, from)),
      earlierIds: (id, clientIds) => call(() => journal.earlierIds(id, clientIds)),
      begin: (next) =>
        call(async () => {
          const begun = await journal.begin(next)
          if (begun.outcome === 'begun') this.#begun(begun.epoch, next)
          return begun
        }),
    }
  }

  /** Any query. What was sent is done, also where the one who asked dies meanwhile. */
  call<T>(isAlive: () => boolean, work: () => Promise<T>): Promise<T | Away> {
    return new Promise((resolve) => {
      if (!isAlive()) return
      const answer = (outcome: T | Away) =>
        this.#clock.after(this.#delay(), () => {
          if (isAlive()) resolve(outcome)
        })
      this.#clock.after(this.#delay(), () => {
        if (this.isAway) return answer(AWAY)
        const dice = this.#random() / this.#trouble()
        if (dice > 1) return this.#perform(work, answer)
        answer(AWAY)
        if (dice < 0.4) this.#perform(work, () => undefined)
        else if (dice < 0.6) {
          const late = this.#random() * 3_000
          this.#clock.after(late, () => this.isAway || this.#perform(work, () => undefined))
        }
      })
    })
  }

  #perform<T>(work: () => Promise<T>, answer: (outcome: T) => void): void {
    work().then(
      (outcome) => {
        answer(outcome)
        for (const awaited of this.#awaited) if (--awaited.calls === 0) awaited.act()
        this.#awaited = this.#awaited.filter(({ calls }) => calls > 0)
      },
      (error) => this.#clock.fail(error),
    )
  }

  #trouble(): number {
    if (this.#isHealed) return 1e-9
    return this.#clock.now() < this.#badUntil ? TROUBLE.bad : TROUBLE.usual
  }

  #delay(): number {
    const usual = 1 + this.#random() ** 2 * 30
    return this.#clock.now() < this.#slowUntil ? usual + this.#random() * 3_000 : usual
  }

  #begun(epoch: Epoch, { head: seq, opening }: NewEpoch): void {
    this.#epoch = epoch
    this.#snapshots = [{ epoch, seq, document: opening.document }]
    this.#isStoredAnew = true
    this.onEpoch(epoch, opening)
  }

  #look(): void {
    const rows = this.#journal.rowsOf(WORKSPACE).filter(({ seq }) => seq > this.#head)
    this.#head = rows.at(-1)?.seq ?? this.#head
    if (rows.length > 0) this.onRows(rows)
  }
}
