/**
 * Opens a workspace from what is good, where something of it is damaged (SPEC, "Keeping").
 *
 *   1. What does not match its checksum is moved to the quarantine, each piece in one transaction that
 *      moves it only if it is what was found.
 *   2. A damaged index is made anew of its document; a damaged document gives way to the snapshot
 *      before and the rows after that; an epoch's opening state is made again of the closing one.
 *   3. Rows that nothing replaces are lost. What the others hold without them begins a new epoch, by
 *      compare-and-set: clients know clocks that the server lacks then, and must not go on from them.
 *
 * Each step leaves what the next finds again, so a crash in between is mended by whoever opens next.
 * What could not be moved was read wrongly, or somebody else has moved it: nothing is concluded from
 * it, and all is read again.
 */
import type { ClientId, Epoch, Seq, WorkspaceId } from 'kith-shared'
import { checksumOf } from './edge/checksum.js'
import { onGoodPages, rewriteDamagedPages } from './edge/damaged-pages.js'
import type { Database, DatabaseLog, Run } from './edge/database.js'
import type { Documents } from './edge/documents.js'
import { createEpochs } from './edge/epochs.js'
import {
  findWorkspace,
  type Life,
  listSnapshots,
  readLives,
  readQuarantine,
  readSnapshotAt,
  readStoredRows,
  type StoredRow,
  type StoredSnapshot,
  type StoredWorkspace,
} from './edge/history.js'
import { createJournal } from './edge/journal.js'
import type { Metrics } from './edge/metrics.js'
import {
  quarantineCopies,
  quarantineIndex,
  quarantineRow,
  quarantineSnapshot,
} from './edge/quarantine.js'
import { untilTaken } from './until-taken.js'

export interface MenderPorts {
  database: Database
  documents: Pick<Documents, 'compact' | 'renew' | 'purge' | 'salvage'>
  log: DatabaseLog
  metrics: Pick<Metrics, 'quarantined'>
  /** 32 random bits. */
  newClientId: () => ClientId
}

/** What is found out of place, and moved. */
export type Damage = { what: 'row' | 'document' | 'index'; epoch: Epoch; seq: Seq }

export type Mended =
  /** The workspace opens, in the epoch that it was in. */
  | { outcome: 'opens'; moved: Damage[] }
  /** It opens in a new epoch, without the rows `lost`, and without what builds on them. */
  | { outcome: 'renewed'; moved: Damage[]; lost: Seq[]; incomplete: Seq[] }
  | { outcome: 'absent' }
  | { outcome: 'away' }

export interface CheckedSnapshot {
  /** Good, or with an index that was made anew. */
  snapshot: StoredSnapshot | undefined
  moved: Damage[]
}

export class Mender {
  readonly #ports: MenderPorts
  readonly #underWay = new Map<WorkspaceId, Promise<Mended>>()

  constructor(ports: MenderPorts) {
    this.#ports = ports
  }

  /**
   * Looks at what it takes to open the workspace, and at the row of that number, or at the pages on
   * which its rows and snapshots lie. One at a time a workspace.
   * Rejects where what is good can't be put together, and with `DocumentJobFailed`.
   */
  async mend(workspaceId: WorkspaceId, what?: Seq | 'pages'): Promise<Mended> {
    const before = this.#underWay.get(workspaceId)
    const mending = (async () => {
      await before?.catch(() => undefined)
      return this.#ports.database.orAway(() => this.#mend(workspaceId, what))
    })()
    this.#underWay.set(workspaceId, mending)
    try {
      return await mending
    } finally {
      if (this.#underWay.get(workspaceId) === mending) this.#underWay.delete(workspaceId)
    }
  }

  /** What is being mended just now. */
  underWay(workspaceId: WorkspaceId): Promise<Mended> | undefined {
    return this.#underWay.get(workspaceId)
  }

  /** Something seems to be damaged: nobody waits for it here. */
  notice(workspaceId: WorkspaceId): void {
    if (this.#underWay.has(workspaceId)) return
    this.mend(workspaceId).catch((error: unknown) => {
      this.#ports.log.error({ workspaceId, err: error }, 'what is damaged could not be mended')
    })
  }

  async #mend(workspaceId: WorkspaceId, what: Seq | 'pages' | undefined): Promise<Mended> {
    const moved: Damage[] = []
    const { database, log } = this.#ports
    if (what === 'pages') await rewriteDamagedPages(database, workspaceId, log)
    return onGoodPages(database, workspaceId, log, async () => {
      if (typeof what === 'number') await this.#moveRowAt(workspaceId, what, moved)
      return untilTaken(database, workspaceId, (run) =>
        new Attempt(this.#ports, run, moved).mend(workspaceId),
      )
    })
  }

  /** Reads one snapshot: it is not given where it was moved. An index is made anew. */
  checkSnapshot(workspaceId: WorkspaceId, epoch: Epoch, seq: Seq): Promise<CheckedSnapshot> {
    const { database, log } = this.#ports
    return onGoodPages(database, workspaceId, log, () =>
      new Attempt(this.#ports, database.run, []).check(workspaceId, epoch, seq),
    )
  }

  async #moveRowAt(workspaceId: WorkspaceId, seq: Seq, moved: Damage[]): Promise<void> {
    const { run } = this.#ports.database
    const attempt = new Attempt(this.#ports, run, moved)
    for (const { epoch } of await readLives(run, workspaceId)) {
      for await (const row of readStoredRows(run, workspaceId, epoch, seq - 1, seq)) {
        if (!row.isGood) await attempt.move(workspaceId, row)
      }
    }
  }
}

/** Looks once, by what `run` shows. */
class Attempt {
  readonly #ports: MenderPorts
  readonly #run: Run
  readonly #moved: Damage[]
  /** Something looked damaged that was not moved. */
  #isUnsure = false

  /** What is moved is added to `moved`. */
  constructor(ports: MenderPorts, run: Run, moved: Damage[]) {
    this.#ports = ports
    this.#run = run
    this.#moved = moved
  }

  async mend(workspaceId: WorkspaceId): Promise<Mended | 'stale'> {
    const moved = this.#moved
    const workspace = await findWorkspace(this.#run, workspaceId)
    if (!workspace) return { outcome: 'absent' }
    const lives = await readLives(this.#run, workspaceId)
    const life = lives.find(({ epoch }) => epoch === workspace.epoch)
    if (!life) return 'stale'
    const base = await this.#base(workspace, life)
    const { rows, lost } = await this.#rows(workspace, base?.seq ?? life.startSeq)
    if (lost.length === 0 && (base || !life.start)) return { outcome: 'opens', moved }
    if (this.#isUnsure) return 'stale'
    const renewed = await this.#renew(workspace, life, base, rows)
    if (renewed === 'stale') return renewed
    if (renewed === 'away') return { outcome: 'away' }
    this.#ports.log.error(
      { workspaceId, lost, incomplete: renewed },
      'rows of the journal are lost: a new epoch begins with what is left',
    )
    return { outcome: 'renewed', moved, lost, incomplete: renewed }
  }

  /** The newest state of the epoch that is good, document and index; (1), (2). */
  async #base({ id, epoch }: StoredWorkspace, life: Life): Promise<StoredSnapshot | undefined> {
    for (const { seq } of await listSnapshots(this.#run, id, epoch)) {
      const { snapshot } = await this.check(id, epoch, seq)
      if (snapshot) return snapshot
    }
    return this.#openAgain(id, life)
  }

  /** Every row that the present state takes after `after`, and the numbers of those that are gone. */
  async #rows(
    { id, epoch, head }: StoredWorkspace,
    after: Seq,
  ): Promise<{ rows: StoredRow[]; lost: Seq[] }> {
    const rows: StoredRow[] = []
    for await (const row of readStoredRows(this.#run, id, epoch, after, head)) {
      if (row.isGood) rows.push(row)
      else await this.move(id, row)
    }
    const there = new Set(rows.map(({ seq }) => seq))
    const lost: Seq[] = []
    for (let seq = after + 1; seq <= head; seq++) if (!there.has(seq)) lost.push(seq)
    return { rows, lost }
  }

  async check(id: WorkspaceId, epoch: Epoch, seq: Seq): Promise<CheckedSnapshot> {
    const snapshot = await readSnapshotAt(this.#run, id, epoch, seq)
    if (!snapshot) return { snapshot, moved: this.#moved }
    if (!snapshot.isDocumentGood) await this.#moveSnapshot(id, snapshot)
    else if (snapshot.isIndexGood || (await this.#makeIndex(id, snapshot))) {
      return { snapshot, moved: this.#moved }
    }
    return { snapshot: undefined, moved: this.#moved }
  }

  async move(id: WorkspaceId, row: StoredRow): Promise<void> {
    if (await quarantineRow(this.#run, id, row)) this.#report(id, { what: 'row', ...row })
    else this.#isUnsure = true
  }

  async #moveSnapshot(id: WorkspaceId, snapshot: StoredSnapshot): Promise<void> {
    if (await quarantineSnapshot(this.#run, id, snapshot)) {
      this.#report(id, { what: 'document', ...snapshot })
    } else this.#isUnsure = true
  }

  /** False where the document does not give one. */
  async #makeIndex(id: WorkspaceId, snapshot: StoredSnapshot): Promise<boolean> {
    const made = await this.#ports.documents.compact(snapshot.document, [])
    if (!made) return false
    if (await quarantineIndex(this.#run, id, snapshot, made.index)) {
      this.#report(id, { what: 'index', ...snapshot })
    }
    return true
  }

  /**
   * An opening state follows from the closing one before it and its client id: the same bytes, as
   * the checksum of what was damaged shows. One of a restored moment does not.
   */
  async #openAgain(id: WorkspaceId, life: Life): Promise<StoredSnapshot | undefined> {
    const { documents, database, log } = this.#ports
    if (!life.start) return undefined
    const { startSeq: seq, epoch } = life
    const { previous, openingClient } = life.start
    const { snapshot: closing } = await this.check(id, previous, seq)
    if (!closing) return undefined
    const renewal = await documents.renew(closing.document, [], openingClient)
    const purged = await documents.purge(closing.document, openingClient)
    const wanted = (await readQuarantine(this.#run, id))
      .filter((one) => one.what === 'document' && one.epoch === epoch && one.seq === seq)
      .map(({ checksum }) => checksum)
    const opening = [renewal?.opening, purged?.opening].find(
      (made) => made && wanted.includes(checksumOf(made.document)),
    )
    if (!opening) return undefined
    const { document, index } = opening
    const journal = createJournal({ ...database, run: this.#run }, log)
    await journal.writeSnapshot(id, { epoch, seq, document, index })
    log.warn({ workspaceId: id, epoch, seq }, 'an opening state was made again')
    return (await this.check(id, epoch, seq)).snapshot
  }

  /** (3): begins the next epoch; gives the rows of which a part is lost. */
  async #renew(
    { id, epoch, head }: StoredWorkspace,
    life: Life,
    base: StoredSnapshot | undefined,
    rows: readonly StoredRow[],
  ): Promise<Seq[] | 'stale' | 'away'> {
    const { documents, database, log, newClientId } = this.#ports
    const earlier = base ? undefined : await this.#earlier(id, life)
    if (this.#isUnsure) return 'stale'
    const salvage = await documents.salvage({
      document: base?.document,
      rows: rows.map(({ seq, update }) => ({ seq, update })),
      earlier,
      clientId: newClientId(),
    })
    if (!salvage) throw new Error(`workspace ${id}: what is good can't be put together`)
    const { closing, opening, incomplete } = salvage
    const next = { workspaceId: id, epoch, head, closing, opening, reason: 'restore' } as const
    // Before the epoch ends: a crash in between leaves copies too many, not too few.
    await quarantineCopies(this.#run, id, incomplete)
    const epochs = createEpochs({ ...database, run: this.#run }, log)
    const { outcome } = await epochs.begin(next)
    return outcome === 'begun' ? incomplete : outcome
  }

  /** What was there before the epoch, where no state of it is left. */
  async #earlier(id: WorkspaceId, { start, startSeq }: Life): Promise<Uint8Array | undefined> {
    if (!start) return undefined
    const { snapshot: closing } = await this.check(id, start.previous, startSeq)
    if (!closing) return undefined
    if (start.reason !== 'purge') return closing.document
    const purged = await this.#ports.documents.purge(closing.document, start.openingClient)
    return purged?.opening.document
  }

  #report(workspaceId: WorkspaceId, { what, epoch, seq }: Damage): void {
    this.#moved.push({ what, epoch, seq })
    this.#ports.metrics.quarantined(what)
    this.#ports.log.error({ workspaceId, what, epoch, seq }, 'damaged: moved to the quarantine')
  }
}
