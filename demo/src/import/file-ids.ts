import { type ContactId, isContactId, isNoteId, isUsableId, type NoteId } from 'kith-shared'

/** What a file says is an id, where the document takes it as one. */
export const contactIdOf = (value: unknown): ContactId | undefined =>
  isUsableId(value) && isContactId(value) ? value : undefined

export const noteIdOf = (value: unknown): NoteId | undefined =>
  isUsableId(value) && isNoteId(value) ? value : undefined
