import { CONTACTS, createdValue, FIELDS, NOTES, sameJson } from 'kith-shared'
import * as Y from 'yjs'

/**
 * One write of a value, as the document has it. Steps that follow each other on a key share the
 * state between them: an undo that restores it gives it a new write, and so the step before knows
 * its own again.
 */
export interface Written {
  /** Of the key's newest item, and whether that is deleted; `none` where there is no item. */
  id: string
}

/** What one step did to a key of `fields`. */
export interface ValueChange {
  readonly key: string
  /** As it read before; `DELETED` before a creation, which can't be undone otherwise. */
  before: unknown
  after: unknown
  from: Written
  to: Written
}

/** The time of an undo stands in its place. */
export const DELETED = Symbol('deleted')
/** Of a key that is none of ours and was not there. */
const ABSENT = Symbol('absent')

export const writtenAt = (doc: Y.Doc, key: string): string => {
  const item = doc.getMap(FIELDS)._map.get(key)
  return item === undefined ? 'none' : idOf(item, item.deleted)
}

const idOf = ({ id }: Y.Item, isDeleted: boolean): string =>
  `${id.client}:${id.clock}${isDeleted ? '-' : ''}`

/** What the key reads as, whether it was ever written or not. */
export const valueAt = (doc: Y.Doc, key: string): unknown => {
  const fields = doc.getMap(FIELDS)
  return fields.has(key) ? fields.get(key) : orAbsent(createdValue(doc, key))
}

const orAbsent = (value: unknown): unknown => (value === undefined ? ABSENT : value)

/** Puts a value of a change there. */
export const put = (doc: Y.Doc, key: string, value: unknown, now: number): void => {
  const fields = doc.getMap(FIELDS)
  if (value === ABSENT) fields.delete(key)
  else fields.set(key, value === DELETED ? now : value)
}

/** Of a transaction, the creations too: taking one back is deleting its record. */
export const valueChangesIn = (transaction: Y.Transaction): ValueChange[] => {
  const { doc } = transaction
  const changes = changedKeys(transaction, doc.getMap(FIELDS)).map((key) => ({
    key,
    ...before(transaction, key),
    after: valueAt(doc, key),
    to: { id: writtenAt(doc, key) },
  }))
  const written = new Set(changes.map(({ key }) => key))
  for (const root of [CONTACTS, NOTES]) {
    for (const id of changedKeys(transaction, doc.getMap(root))) {
      const key = `${id}/deletedAt`
      if (written.has(key)) continue
      const none = { id: writtenAt(doc, key) }
      changes.push({ key, before: DELETED, after: null, from: { id: 'never' }, to: none })
    }
  }
  return changes.filter((change) => !sameJson(change.before, change.after))
}

const before = (
  { doc, beforeState, deleteSet }: Y.Transaction,
  key: string,
): { before: unknown; from: Written } => {
  let item = doc.getMap(FIELDS)._map.get(key) ?? null
  while (item !== null && item.id.clock >= (beforeState.get(item.id.client) ?? 0)) item = item.left
  const created = orAbsent(createdValue(doc, key))
  if (item === null) return { before: created, from: { id: 'none' } }
  const wasDeleted = item.deleted && !Y.isDeleted(deleteSet, item.id)
  const value: unknown = wasDeleted ? created : item.content.getContent().at(-1)
  return { before: value, from: { id: idOf(item, wasDeleted) } }
}

const changedKeys = (transaction: Y.Transaction, map: Y.Map<unknown>): string[] => {
  // Yjs types the keys of `changed` by their events, which differ for each kind of type.
  const keys = (transaction.changed as Map<unknown, Set<string | null>>).get(map)
  return keys === undefined ? [] : [...keys].filter((key) => key !== null)
}
