/** A workspace on PostgreSQL with a life behind it: people, rows, snapshots, epochs. No server runs. */
import { randomBytes, randomUUID } from 'node:crypto'
import { CONTACTS, FIELDS, type Seq, type UserId, type WorkspaceId } from 'kith-shared'
import * as Y from 'yjs'
import { compact, differenceTo } from '../../server/core/documents.js'
import type { Epochs, Journal } from '../../server/core/ports.js'
import { purge } from '../../server/core/purge.js'
import { renew } from '../../server/core/renewal.js'
import { salvage } from '../../server/core/salvage.js'
import { tryOut } from '../../server/core/trial.js'
import type { Database } from '../../server/edge/database.js'
import type { Documents } from '../../server/edge/documents.js'
import { createEpochs } from '../../server/edge/epochs.js'
import { createJournal } from '../../server/edge/journal.js'
import { createLog } from '../../server/edge/log.js'
import { writeSnapshot } from '../../server/snapshots.js'

/** What the worker does, in this thread. */
export const inThisThread: Pick<
  Documents,
  'compact' | 'difference' | 'tryOut' | 'renew' | 'purge' | 'salvage'
> = {
  compact: async (...given) => compact(...given),
  difference: async (...given) => differenceTo(...given),
  tryOut: async (...given) => tryOut(...given),
  renew: async (...given) => renew(...given),
  purge: async (...given) => purge(...given),
  salvage: async (given) => salvage(given),
}

export const newClientId = (): number => randomBytes(4).readUInt32BE()

export const silent = createLog('silent')

const ANA = { id: 'ana' as UserId, name: 'Ana' }

/** What a fresh reader has of a workspace. */
export interface Read {
  epoch: number
  head: Seq
  /** Encoded. */
  state: Uint8Array
  doc: Y.Doc
}

export class KeptWorkspace {
  readonly id = `w-${randomUUID()}` as WorkspaceId
  readonly #database: Database
  readonly journal: Journal
  readonly #epochs: Epochs
  /** People's documents, all of the present epoch. */
  #people: Y.Doc[] = []
  epoch = 1
  head: Seq = 0

  constructor(database: Database) {
    this.#database = database
    this.journal = createJournal(database, silent)
    this.#epochs = createEpochs(database, silent)
  }

  async create(people = 3): Promise<this> {
    await this.#database.run({
      text: 'insert into workspaces (id, name, schema) values ($1, $1, 1)',
      values: [this.id],
    })
    this.#people = Array.from({ length: people }, () => new Y.Doc())
    return this
  }

  /** One row of whoever it is. */
  async edit(who: number, change: (doc: Y.Doc) => void): Promise<Seq> {
    const doc = this.#people[who % this.#people.length]
    if (!doc) throw new Error('nobody is there')
    let update: Uint8Array | undefined
    doc.once('update', (made: Uint8Array) => {
      update = made
    })
    doc.transact(() => change(doc))
    if (!update) throw new Error('nothing was changed')
    const { id: workspaceId, epoch, head } = this
    const committed = await this.journal.commit({
      id: randomUUID(),
      workspaceId,
      epoch,
      head,
      rows: [{ author: ANA, update }],
      bindings: [{ clientId: doc.clientID, userId: ANA.id }],
    })
    if (committed.outcome !== 'committed') throw new Error(committed.outcome)
    for (const other of this.#people) if (other !== doc) Y.applyUpdate(other, update)
    this.head += 1
    return this.head
  }

  field(who: number, key: string, value: unknown): Promise<Seq> {
    return this.edit(who, (doc) => doc.getMap(FIELDS).set(key, value))
  }

  contact(who: number, id: string): Promise<Seq> {
    return this.edit(who, (doc) => doc.getMap(CONTACTS).set(id, { name: id }))
  }

  compact(through = this.head): Promise<{ seq: Seq } | undefined> {
    const ports = { journal: this.journal, documents: inThisThread, log: silent }
    return writeSnapshot(ports, this.id, through)
  }

  async renew(): Promise<void> {
    const { doc } = await this.read()
    const renewal = renew(Y.encodeStateAsUpdate(doc), [], newClientId())
    if (!renewal) throw new Error('nothing to renew')
    const { id: workspaceId, epoch, head } = this
    const next = { workspaceId, epoch, head, ...renewal, reason: 'renewal' } as const
    const begun = await this.#epochs.begin(next)
    if (begun.outcome !== 'begun') throw new Error(begun.outcome)
    await this.loadAgain()
  }

  /** Everybody comes with a new document, of the present epoch. */
  async loadAgain(): Promise<void> {
    const { epoch, head, state } = await this.read()
    this.epoch = epoch
    this.head = head
    this.#people = this.#people.map(() => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state)
      return doc
    })
  }

  /** As who joins without anything: the snapshot, and the rows after it. */
  async read(journal = this.journal): Promise<Read> {
    const loaded = await journal.load(this.id)
    if (loaded.outcome !== 'loaded') throw new Error(loaded.outcome)
    const read = await journal.readSnapshot(this.id)
    if (read.outcome !== 'snapshot') throw new Error(read.outcome)
    const doc = new Y.Doc()
    let cursor = read.snapshot?.seq ?? 0
    if (read.snapshot) Y.applyUpdate(doc, read.snapshot.document)
    while (cursor < loaded.head) {
      const rows = await journal.readRows(this.id, cursor, 100_000)
      if (rows.outcome !== 'rows' || rows.rows.length === 0) throw new Error('rows are missing')
      for (const { update } of rows.rows) Y.applyUpdate(doc, update)
      cursor += rows.rows.length
    }
    if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('something waits')
    return { epoch: loaded.epoch, head: loaded.head, state: Y.encodeStateAsUpdate(doc), doc }
  }
}
