/** What the device's transactions do; the invariants are those of `store.ts`. */
import type { IDBPTransaction } from 'idb'
import type { Edit } from '../core/edit.js'
import { mergeState } from '../core/merge-state.js'
import type {
  Head,
  LoadedStore,
  Profile,
  StoreCommit,
  StoreCommitted,
  StoreCrossed,
  Swap,
} from '../core/ports.js'
import type { State } from '../core/road.js'
import { crc32 } from './crc32.js'
import { ALL, type Database, type StoredEdit, type Tables, whole } from './database.js'

type Writing = IDBPTransaction<Tables, ('meta' | 'rows' | 'outbox')[], 'readwrite'>

/** Rows behind a state before they are merged into it. */
export const COMPACT_AT = 500

/** A request that fails aborts its transaction, and that tells. */
export const ask = (request: Promise<unknown>): void => {
  request.catch(() => undefined)
}

const headIn = async (tx: Writing): Promise<Head> => {
  const head: unknown = await tx.objectStore('meta').get('head')
  return isHead(head) ? head : { epoch: 0, seq: 0 }
}

/** What a broken disk gives back may be anything. */
const isHead = (value: unknown): value is Head =>
  isRecord(value) && Number.isSafeInteger(value.epoch) && Number.isSafeInteger(value.seq)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isProfile = (value: unknown): value is Profile => isRecord(value) && isRecord(value.self)

const isIntact = (update: unknown, crc: unknown): boolean =>
  ArrayBuffer.isView(update) && crc32(update as Uint8Array) === crc

type StoredRow = Tables['rows']['value']
type StoredOutbox = Tables['outbox']['value']

export const isRow = (value: unknown): value is StoredRow =>
  isRecord(value) && isIntact(value.update, value.crc)

export const isKept = (value: unknown): value is StoredOutbox =>
  isRecord(value) && isRecord(value.edit) && isIntact(value.edit.update, value.crc)

/** Invariant 5. */
export const load = (db: Database): Promise<LoadedStore> => {
  const tx = db.transaction(ALL, 'readwrite')
  return whole(tx, () => loadIn(tx))
}

const loadIn = async (tx: Writing): Promise<LoadedStore> => {
  const rows = tx.objectStore('rows')
  const outbox = tx.objectStore('outbox')
  const [stored, profile, seqs, values, ids, kept] = await Promise.all([
    headIn(tx),
    tx.objectStore('meta').get('profile'),
    rows.getAllKeys(),
    rows.getAll(),
    outbox.getAllKeys(),
    outbox.getAll(),
  ])
  const updates: Uint8Array[] = []
  let seq = 0
  for (const [at, value] of values.entries()) {
    const own = seqs[at] ?? 0
    if (!isRow(value)) {
      ask(rows.delete(own))
      continue
    }
    updates.push(value.update)
    if (value.isState || own === seq + 1) seq = own
  }
  const head = { epoch: stored.epoch, seq: Math.min(seq, stored.seq) }
  if (head.seq < stored.seq) ask(tx.objectStore('meta').put(head, 'head'))
  const edits: Edit[] = []
  for (const [at, value] of kept.entries()) {
    if (isKept(value)) edits.push(withEpoch(value.edit, head))
    else ask(outbox.delete(ids[at] ?? ''))
  }
  return {
    outcome: 'loaded',
    head,
    updates,
    edits,
    profile: isProfile(profile) ? profile : undefined,
    damaged: values.length - updates.length + kept.length - edits.length,
  }
}

const withEpoch = (edit: StoredEdit, { epoch }: Head): Edit => ({ epoch, ...edit })

/** Invariant 4. What moves is worked out within the transaction, so no edit comes in between. */
export const cross = async (
  tx: Writing,
  { epoch, seq, update }: State,
  plan: (kept: readonly Edit[]) => Swap,
): Promise<StoreCrossed> => {
  const [head, values] = await Promise.all([headIn(tx), tx.objectStore('outbox').getAll()])
  const good = values.filter(isKept)
  const kept = new Map(good.map(({ edit }) => [edit.id, withEpoch(edit, head)]))
  const { edits, gone } = plan([...kept.values()])
  const outbox = tx.objectStore('outbox')
  if (epoch > head.epoch) begin(tx, { epoch, seq, update }, head, good)
  for (const id of gone) {
    kept.delete(id)
    ask(outbox.delete(id))
  }
  for (const edit of edits) {
    kept.set(edit.id, edit)
    ask(outbox.put({ edit, crc: crc32(edit.update) }, edit.id))
  }
  return { outcome: 'crossed', edits: [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** A state takes the place of all rows; edits without an epoch are of the one that is over. */
const begin = (
  tx: Writing,
  { epoch, seq, update }: State,
  before: Head,
  kept: readonly StoredOutbox[],
): void => {
  const rows = tx.objectStore('rows')
  ask(rows.clear())
  ask(rows.put({ update, crc: crc32(update), isState: true }, seq))
  ask(tx.objectStore('meta').put({ epoch, seq }, 'head'))
  for (const { edit, crc } of kept) {
    if (edit.epoch !== undefined) continue
    ask(tx.objectStore('outbox').put({ edit: withEpoch(edit, before), crc }, edit.id))
  }
}

/** Invariants 2, 3 and 4. */
export const commit = async (
  tx: Writing,
  { state, rows, settled }: StoreCommit,
): Promise<StoreCommitted> => {
  const stored = await headIn(tx)
  let head = stored
  const table = tx.objectStore('rows')
  if (state !== undefined && isLater(state, head)) {
    const isNext = head.epoch > 0 && state.epoch > head.epoch
    const kept = isNext ? await tx.objectStore('outbox').getAll() : []
    begin(tx, state, head, kept.filter(isKept))
    head = { epoch: state.epoch, seq: state.seq }
  }
  let isBehind = false
  for (const { epoch, seq, update } of rows) {
    if (!isLater({ epoch, seq }, head)) continue
    isBehind = seq !== head.seq + 1 || (head.epoch !== epoch && head.epoch !== 0)
    if (isBehind) break
    ask(table.put({ update, crc: crc32(update), isState: false }, seq))
    head = { epoch, seq }
  }
  if (head !== stored) ask(tx.objectStore('meta').put(head, 'head'))
  const removed = settled.filter(({ seq }) => seq <= head.seq).map(({ id }) => id)
  for (const id of removed) ask(tx.objectStore('outbox').delete(id))
  if ((await table.count()) > COMPACT_AT) await compact(tx, head.seq)
  return { outcome: isBehind ? 'behind' : 'committed', head, removed }
}

const isLater = (a: Head, b: Head): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)

/** Merging takes place inside the transaction: nothing may change between reading and writing. */
const compact = async (tx: Writing, seq: number): Promise<void> => {
  const table = tx.objectStore('rows')
  const values = await table.getAll()
  if (!values.every(isRow)) return
  const update = mergeState(values.map((value) => value.update))
  if (update === undefined) return
  ask(table.clear())
  ask(table.put({ update, crc: crc32(update), isState: true }, seq))
}
