/**
 * A document without what people have deleted: contacts with their notes, fields and long texts, and
 * notes. Where nobody reads a value (a contact's whose creation is not there), it stays.
 */
import {
  aboutRoot,
  type ClientId,
  CONTACTS,
  type ContactId,
  FIELDS,
  isCreation,
  NOTES,
  type NoteId,
  parseKey,
  readContact,
  readNote,
} from 'kith-shared'
import * as Y from 'yjs'
import { openingOf } from './renewal.js'

export interface Purge {
  opening: { document: Uint8Array; index: Uint8Array }
  contacts: number
  /** Ids of the notes that are gone. */
  notes: readonly string[]
}

/** The opening state that `closing` gives without what is deleted. The same in, the same out. */
export const purge = (closing: Uint8Array, clientId: ClientId): Purge | undefined => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, closing)
  const contacts = deletedContacts(doc)
  const notes = deletedNotes(doc, contacts)
  doc.transact(() => {
    for (const id of contacts) {
      doc.getMap(CONTACTS).delete(id)
      const text = doc.getText(aboutRoot(id as ContactId))
      text.delete(0, text.length)
    }
    for (const id of notes) doc.getMap(NOTES).delete(id)
    for (const key of [...doc.getMap(FIELDS).keys()]) {
      const id = parseKey(key)?.id
      if (id !== undefined && (contacts.has(id) || notes.has(id))) doc.getMap(FIELDS).delete(key)
    }
  })
  const purged = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  const opening = openingOf(purged, clientId)
  return opening && { opening, contacts: contacts.size, notes: [...notes] }
}

const deletedContacts = (doc: Y.Doc): Set<string> => {
  const fields = doc.getMap(FIELDS)
  const deleted = new Set<string>()
  for (const [id, creation] of doc.getMap(CONTACTS)) {
    if (!isCreation(creation)) continue
    const overlay = new Map([['deletedAt', fields.get(`${id}/deletedAt`)]])
    const { deletedAt } = readContact(id as ContactId, creation, overlay)
    if (deletedAt !== null) deleted.add(id)
  }
  return deleted
}

const deletedNotes = (doc: Y.Doc, contacts: ReadonlySet<string>): Set<string> => {
  const fields = doc.getMap(FIELDS)
  const deleted = new Set<string>()
  for (const [id, creation] of doc.getMap(NOTES)) {
    const overlay = new Map(
      ['contactId', 'deletedAt'].map((field) => [field, fields.get(`${id}/${field}`)]),
    )
    const note = readNote(id as NoteId, creation, overlay)
    if (note && (note.deletedAt !== null || contacts.has(note.contactId))) deleted.add(id)
  }
  return deleted
}
