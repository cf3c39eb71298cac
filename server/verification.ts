/**
 * Reads all that is stored of a workspace and says what is wrong with it: checksums, the order of the
 * rows, that each snapshot is what the one before and its rows make, that its index fits, and that an
 * epoch begins with what the one before ended with.
 */
import type { Epoch, Seq, WorkspaceId } from 'kith-shared'
import * as Y from 'yjs'
import { compact, readIndex } from './core/documents.js'
import { decodeIndex } from './core/index-codec.js'
import { purge } from './core/purge.js'
import { openingOf } from './core/renewal.js'
import type { Run } from './edge/database.js'
import {
  type Life,
  listSnapshots,
  oldestRow,
  readLives,
  readQuarantine,
  readSnapshotAt,
  readStoredRows,
  type StoredRow,
  type StoredSnapshot,
} from './edge/history.js'

export interface Problem {
  what: 'row' | 'document' | 'index' | 'order' | 'missing' | 'state' | 'opening'
  epoch: Epoch
  seq: Seq
  /** One line for people. */
  text: string
}

export interface Verified {
  rows: number
  snapshots: number
  epochs: number
  problems: Problem[]
}

/** Told from time to time. */
export type OnProgress = (read: { rows: number; snapshots: number }) => void

/** Rejects as pg does. */
export const verifyWorkspace = async (
  run: Run,
  workspaceId: WorkspaceId,
  head: Seq,
  onProgress: OnProgress = () => undefined,
): Promise<Verified> => {
  const lives = await readLives(run, workspaceId)
  const verified: Verified = { rows: 0, snapshots: 0, epochs: lives.length, problems: [] }
  for (const [at, life] of lives.entries()) {
    const endSeq = lives[at + 1]?.startSeq
    const reader = new LifeReader(run, workspaceId, life, endSeq, head, verified, onProgress)
    await reader.read()
  }
  return verified
}

class LifeReader {
  readonly #run: Run
  readonly #id: WorkspaceId
  readonly #life: Life
  readonly #endSeq: Seq
  readonly #isPresent: boolean
  readonly #verified: Verified
  readonly #onProgress: OnProgress
  /** The last good state, and the rows after it; undefined behind a hole or damage. */
  #base: { seq: Seq; document: Uint8Array | undefined } | undefined
  #rows: StoredRow[] = []
  #last: StoredRow | undefined
  readonly #missing: Seq[] = []
  /** What lies at or before it is not needed for the present. */
  #newestGood: Seq

  /** `endSeq` is undefined for the present epoch. */
  constructor(
    run: Run,
    id: WorkspaceId,
    life: Life,
    endSeq: Seq | undefined,
    head: Seq,
    verified: Verified,
    onProgress: OnProgress,
  ) {
    this.#run = run
    this.#id = id
    this.#life = life
    this.#endSeq = endSeq ?? head
    this.#isPresent = endSeq === undefined
    this.#newestGood = life.startSeq
    this.#verified = verified
    this.#onProgress = onProgress
    if (!life.start) this.#base = { seq: 0, document: undefined }
  }

  async read(): Promise<void> {
    const { epoch, startSeq } = this.#life
    const seqs = (await listSnapshots(this.#run, this.#id, epoch)).map(({ seq }) => seq).reverse()
    let next = seqs.shift()
    while (next !== undefined && next <= startSeq) next = await this.#snapshot(next, seqs)
    for await (const row of readStoredRows(this.#run, this.#id, epoch, startSeq, this.#endSeq)) {
      while (next !== undefined && next < row.seq) next = await this.#snapshot(next, seqs)
      this.#row(row)
    }
    while (next !== undefined) next = await this.#snapshot(next, seqs)
    if (this.#last) this.#holes(this.#last.seq + 1, this.#endSeq + 1)
    else if (this.#isPresent) this.#holes(startSeq + 1, this.#endSeq + 1)
    await this.#tellMissing()
  }

  #row(row: StoredRow): void {
    this.#verified.rows++
    this.#onProgress(this.#verified)
    if (this.#last) this.#holes(this.#last.seq + 1, row.seq)
    else if (this.#base?.seq !== row.seq - 1) this.#holes(this.#life.startSeq + 1, row.seq)
    if (this.#last && row.committedAt < this.#last.committedAt) {
      this.#found('order', row.seq, `row ${row.seq} is older than the one before`)
    }
    this.#last = row
    if (row.isGood) this.#rows.push(row)
    else {
      this.#base = undefined
      this.#found('row', row.seq, `row ${row.seq} does not match its checksum`)
    }
  }

  #holes(from: Seq, to: Seq): void {
    if (from < to) this.#base = undefined
    for (let seq = from; seq < to; seq++) this.#missing.push(seq)
  }

  /**
   * Not those that have gone with the history, also while the others were read; but a row that the
   * present needs does not go with it. Nor those that are set apart, also meanwhile.
   */
  async #tellMissing(): Promise<void> {
    if (this.#missing.length === 0) return
    const oldest = (await oldestRow(this.#run, this.#id))?.seq ?? Number.POSITIVE_INFINITY
    const needed = this.#isPresent ? this.#newestGood : Number.POSITIVE_INFINITY
    const setApart = new Set(
      (await readQuarantine(this.#run, this.#id))
        .filter(({ what, reason }) => what === 'row' && reason === 'checksum')
        .map(({ seq }) => seq),
    )
    for (const seq of this.#missing) {
      if (setApart.has(seq) || (seq < oldest && seq <= needed)) continue
      this.#found('missing', seq, `row ${seq} is missing`)
    }
  }

  /** Gives the next one. */
  async #snapshot(seq: Seq, seqs: Seq[]): Promise<Seq | undefined> {
    const snapshot = await readSnapshotAt(this.#run, this.#id, this.#life.epoch, seq)
    if (snapshot) {
      this.#verified.snapshots++
      this.#onProgress(this.#verified)
      this.#judge(snapshot)
      if (this.#life.start && seq === this.#life.startSeq) await this.#judgeOpening(snapshot)
    }
    return seqs.shift()
  }

  #judge({ seq, document, index, isDocumentGood, isIndexGood }: StoredSnapshot): void {
    if (!isIndexGood)
      this.#found('index', seq, `the index of snapshot ${seq} does not match its checksum`)
    if (!isDocumentGood) {
      return this.#found('document', seq, `snapshot ${seq} does not match its checksum`)
    }
    this.#newestGood = Math.max(this.#newestGood, seq)
    const base = this.#base
    const isNext = base && base.seq + this.#rows.length === seq
    if (isNext && this.#rows.length > 0) {
      const made = compact(base.document, this.#rows)
      if (!made || !isSameState(made.document, document)) {
        this.#found('state', seq, `snapshot ${seq} is not what the rows before it make`)
      }
    }
    if (isIndexGood && !fits(index, document)) {
      this.#found('index', seq, `the index of snapshot ${seq} does not fit its document`)
    }
    this.#base = { seq, document }
    this.#rows = []
  }

  /** A restored moment may have left the history: only what follows from the closing state is judged. */
  async #judgeOpening({ seq, document, isDocumentGood }: StoredSnapshot): Promise<void> {
    const { start } = this.#life
    if (!start || start.reason === 'restore' || !isDocumentGood) return
    const closing = await readSnapshotAt(this.#run, this.#id, start.previous, seq)
    if (!closing?.isDocumentGood) return
    const made =
      start.reason === 'purge'
        ? purge(closing.document, start.openingClient)?.opening
        : openingOf(closing.document, start.openingClient)
    if (made && isSameState(made.document, document)) return
    this.#found(
      'opening',
      seq,
      `epoch ${this.#life.epoch} does not begin with what ended before it`,
    )
  }

  #found(what: Problem['what'], seq: Seq, text: string): void {
    this.#verified.problems.push({ what, epoch: this.#life.epoch, seq, text })
  }
}

const isSameState = (one: Uint8Array, other: Uint8Array): boolean =>
  Buffer.compare(one, other) === 0 || Buffer.compare(encodedAnew(one), encodedAnew(other)) === 0

const encodedAnew = (document: Uint8Array): Uint8Array => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}

/** Indexes of an earlier version say less: what they say is so. */
const fits = (index: Uint8Array, document: Uint8Array): boolean => {
  const made = readIndex(document)
  if (made && Buffer.compare(made.index, index) === 0) return true
  const [wanted, stored] = [made && decodeIndex(made.index), decodeIndex(index)]
  if (!wanted || !stored) return false
  const [clients, others] = [wanted.index.clients, stored.index.clients]
  if (clients.size !== others.size) return false
  return [...clients].every(([id, { clock }]) => others.get(id)?.clock === clock)
}
