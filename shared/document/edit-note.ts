/** Edits of notes, by the same rules as those of contacts (`edit-contact.ts`). */
import type * as Y from 'yjs'
import type { ContactId, NoteId } from '../ids.js'
import type { NoteField } from './contact.js'
import { checked, fitting, InvalidValue } from './invalid-value.js'
import { fieldKey } from './keys.js'
import { type Note, readNote } from './note.js'
import { isCreation } from './read-contact.js'
import { CONTACTS, FIELDS, NOTES } from './roots.js'
import * as schema from './schema.js'

/** Throws InvalidValue: `empty` for a body of blanks, `exists` for a taken id. */
export const addNote = (
  doc: Y.Doc,
  noteId: NoteId,
  contactId: ContactId,
  body: string,
  now: number,
  origin?: unknown,
): NoteId => {
  checked(schema.id, noteId, 'id')
  const notes = doc.getMap(NOTES)
  if (notes.has(noteId)) throw new InvalidValue('id', 'exists')
  if (!isCreation(doc.getMap(CONTACTS).get(contactId))) {
    throw new InvalidValue('contactId', 'not-found')
  }
  const creation = {
    contactId,
    body: checked(schema.noteBody, body, 'body'),
    createdAt: checked(schema.time, now, 'now'),
  }
  fitting(creation, 'body')
  doc.transact(() => notes.set(noteId, creation), origin)
  return noteId
}

export const editNote = (doc: Y.Doc, noteId: NoteId, body: string, origin?: unknown): void => {
  const valid = checked(schema.noteBody, body, 'body')
  if (noteIn(doc, noteId).body !== valid) write(doc, noteId, 'body', valid, origin)
}

export const deleteNote = (doc: Y.Doc, noteId: NoteId, now: number, origin?: unknown): void => {
  const deletedAt = checked(schema.time, now, 'now')
  if (noteIn(doc, noteId).deletedAt === null) write(doc, noteId, 'deletedAt', deletedAt, origin)
}

export const restoreNote = (doc: Y.Doc, noteId: NoteId, origin?: unknown): void => {
  if (noteIn(doc, noteId).deletedAt !== null) write(doc, noteId, 'deletedAt', null, origin)
}

/** Another contact has it from now on, as in a merge. Throws InvalidValue for one that isn't there. */
export const moveNote = (
  doc: Y.Doc,
  noteId: NoteId,
  contactId: ContactId,
  origin?: unknown,
): void => {
  if (!isCreation(doc.getMap(CONTACTS).get(contactId))) {
    throw new InvalidValue('contactId', 'not-found')
  }
  if (noteIn(doc, noteId).contactId !== contactId) {
    write(doc, noteId, 'contactId', contactId, origin)
  }
}

const noteIn = (doc: Y.Doc, noteId: NoteId): Note => {
  const fields = doc.getMap(FIELDS)
  const latest = (field: NoteField): [string, unknown] => [
    field,
    fields.get(fieldKey(noteId, field)),
  ]
  const overlay = new Map([latest('body'), latest('contactId'), latest('deletedAt')])
  const note = readNote(noteId, doc.getMap(NOTES).get(noteId), overlay)
  if (!note) throw new InvalidValue('noteId', 'not-found')
  return note
}

const write = (
  doc: Y.Doc,
  noteId: NoteId,
  field: NoteField,
  value: unknown,
  origin: unknown,
): void => {
  doc.transact(() => doc.getMap(FIELDS).set(fieldKey(noteId, field), value), origin)
}
