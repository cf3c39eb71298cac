import type { ContactId, NoteId } from '../ids.js'
import { firstReadable, isCreation, type Overlay } from './read-contact.js'
import { id as idSchema, nullableTime, text, time } from './schema.js'

export interface Note {
  readonly id: NoteId
  /** A merge of two contacts moves it. */
  readonly contactId: ContactId
  readonly body: string
  /** Milliseconds since 1970, by the clock of whoever wrote it; 0 where unknown. */
  readonly createdAt: number
  readonly deletedAt: number | null
}

/** Total, as `readContact`; `undefined` where what lies there names no contact. */
export const readNote = (id: NoteId, creation: unknown, overlay?: Overlay): Note | undefined => {
  if (!isCreation(creation)) return undefined
  const contactId = firstReadable(idSchema, overlay?.get('contactId'), creation.contactId)
  if (contactId === undefined) return undefined
  return {
    id,
    contactId: contactId as ContactId, // the schema checked it
    body: firstReadable(text, overlay?.get('body'), creation.body) ?? '',
    createdAt: firstReadable(time, undefined, creation.createdAt) ?? 0,
    deletedAt: firstReadable(nullableTime, overlay?.get('deletedAt'), creation.deletedAt) ?? null,
  }
}
