import { aboutContactId, aboutText, type ContactId } from 'kith-shared'
import * as Y from 'yjs'
import { among, joined, type Letters, type Run, renamed, without } from './runs.js'

/**
 * What one step did to a text, by the letters' own ids, so that what others write meanwhile stays
 * as it is. A letter that comes back has a new id, which all steps are told (`TextChange.rename`).
 */
export class TextChange {
  readonly contactId: ContactId
  #inserted: readonly Run[] = []
  #deleted: readonly Letters[] = []
  /** Filled by an undo: what a redo brings back. */
  #gone: readonly Letters[] = []

  constructor(contactId: ContactId) {
    this.contactId = contactId
  }

  /** A further transaction of the same step. */
  add(inserted: readonly Run[], deleted: readonly Letters[]): void {
    const others = without(deleted, this.#inserted)
    this.#inserted = joined([...without(this.#inserted, deleted), ...inserted])
    this.#deleted = joined([...this.#deleted, ...others])
  }

  /** Whether taking it back would change anything. */
  isLive(doc: Y.Doc): boolean {
    return this.#deleted.length > 0 || this.#inserted.some((run) => isSeen(doc, run))
  }

  /** Whether doing it again would change anything. */
  isGone(doc: Y.Doc): boolean {
    return this.#gone.length > 0 || this.#deleted.some((run) => isSeen(doc, run))
  }

  undo(doc: Y.Doc): Rename[] {
    const { removed, revived, renames } = turn(doc, this.contactId, this.#inserted, this.#deleted)
    this.#gone = removed
    this.#inserted = removed
    this.#deleted = revived
    return renames
  }

  redo(doc: Y.Doc): Rename[] {
    const { removed, revived, renames } = turn(doc, this.contactId, this.#deleted, this.#gone)
    this.#deleted = removed
    this.#inserted = revived
    this.#gone = []
    return renames
  }

  rename({ from, to }: Rename): void {
    this.#inserted = renamed(this.#inserted, from, to)
    this.#deleted = renamed(this.#deleted, from, to)
    this.#gone = renamed(this.#gone, from, to)
  }
}

/** Letters that were written anew, and the id that the first of them has now. */
export interface Rename {
  from: Run
  to: { client: number; clock: number }
}

type Edit =
  | { type: 'remove'; at: number; letters: Letters }
  /** Directly behind the deleted letter with this id. */
  | { type: 'insert'; after: Y.ID; letters: Letters[] }

/** Takes letters away and brings others back at their place; from the end on, so places hold. */
const turn = (
  doc: Y.Doc,
  contactId: ContactId,
  going: readonly Run[],
  coming: readonly Letters[],
): { removed: Letters[]; revived: Letters[]; renames: Rename[] } => {
  const text = aboutText(doc, contactId)
  const removed: Letters[] = []
  const revived: Letters[] = []
  const renames: Rename[] = []
  for (const edit of editsIn(text, going, coming).reverse()) {
    if (edit.type === 'remove') {
      text.delete(edit.at, edit.letters.length)
      removed.push(edit.letters)
      continue
    }
    let { client, clock } = insertAfter(text, edit.after, edit.letters)
    for (const letters of edit.letters) {
      renames.push({ from: letters, to: { client, clock } })
      revived.push({ ...letters, client, clock })
      clock += letters.length
    }
  }
  return { removed: joined(removed), revived: joined(revived), renames }
}

/**
 * By the letter itself, as Yjs's own undo does it: an index can't tell apart the places between
 * deleted letters, and what comes back step by step would come back in another order.
 */
const insertAfter = (text: Y.Text, after: Y.ID, letters: readonly Letters[]): Y.ID => {
  const { doc } = text
  if (doc === null) throw new Error('a text without a document')
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID))
  const content = new Y.ContentString(letters.map((one) => one.text).join(''))
  doc.transact((transaction) => {
    const left = Y.getItemCleanEnd(transaction, doc.store, after)
    const { lastId, right } = left
    const item = new Y.Item(id, left, lastId, right, right?.id ?? null, text, null, content)
    item.integrate(transaction, 0)
  })
  // Yjs remembers places by their index, and corrects them in its own insertions only.
  if (text._searchMarker !== null) text._searchMarker.length = 0
  return id
}

/** In the order of the text; deleted letters stand in it where they were. */
const editsIn = (text: Y.Text, going: readonly Run[], coming: readonly Letters[]): Edit[] => {
  const edits: Edit[] = []
  let at = 0
  /** Whether the last piece that comes back ends where this item begins. */
  let isNext = false
  for (let item = text._start; item !== null; item = item.right) {
    const run = { ...item.id, length: item.length }
    const end = run.clock + run.length
    const pieces = item.deleted ? among(run, coming) : []
    let reached = run.clock
    for (const piece of pieces) {
      const letters = coming.flatMap((one) => among(one, [piece]))
      const after = Y.createID(piece.client, piece.clock + piece.length - 1)
      const last = edits.at(-1)
      const isOn = piece.clock === reached && (isNext || reached > run.clock)
      // One run for what stands side by side: Yjs keeps it together, whoever else writes.
      if (isOn && last?.type === 'insert')
        Object.assign(last, { after, letters: [...last.letters, ...letters] })
      else edits.push({ type: 'insert', after, letters })
      reached = piece.clock + piece.length
    }
    isNext = pieces.length > 0 && reached === end
    if (item.deleted) continue
    if (item.content instanceof Y.ContentString) {
      for (const letters of among({ ...run, text: item.content.str }, going)) {
        edits.push({ type: 'remove', at: at + letters.clock - run.clock, letters })
      }
    }
    at += item.length
  }
  return edits
}

const isSeen = (doc: Y.Doc, { client, clock, length }: Run): boolean => {
  const end = clock + length
  for (let at = clock; at < end && at < Y.getState(doc.store, client); ) {
    const item = Y.getItem(doc.store, Y.createID(client, at))
    if (!item.deleted) return true
    at = item.id.clock + item.length
  }
  return false
}

/** What a transaction did to texts. Only inside its observers: Yjs frees what was deleted. */
export const textChangesIn = (
  transaction: Y.Transaction,
): { contactId: ContactId; inserted: Run[]; deleted: Letters[] }[] => {
  const types: unknown[] = [...transaction.changed.keys()]
  return types.flatMap((text) => {
    if (!(text instanceof Y.Text) || text._item !== null) return []
    const contactId = aboutContactId(Y.findRootTypeKey(text))
    return contactId === undefined ? [] : [{ contactId, ...lettersIn(text, transaction) }]
  })
}

const lettersIn = (
  text: Y.Text,
  transaction: Y.Transaction,
): { inserted: Run[]; deleted: Letters[] } => {
  const inserted: Run[] = []
  const deleted: Letters[] = []
  for (let item = text._start; item !== null; item = item.right) {
    const run = { ...item.id, length: item.length }
    const isNew = run.clock >= (transaction.beforeState.get(run.client) ?? 0)
    if (isNew && !item.deleted) inserted.push(run)
    const isGone = !isNew && item.deleted && Y.isDeleted(transaction.deleteSet, item.id)
    if (isGone && item.content instanceof Y.ContentString) {
      deleted.push({ ...run, text: item.content.str })
    }
  }
  return { inserted: joined(inserted), deleted: joined(deleted) }
}
