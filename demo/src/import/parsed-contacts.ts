import type { ContactId, ContactInput, NoteId } from 'kith-shared'

/** A line of the file, counted from 1, and what became of it, in words that follow "line 14 ". */
export interface Remark {
  line: number
  reason: string
}

export interface FileNote {
  /** As an own export spells it. */
  id?: NoteId
  body: string
  /** Milliseconds since 1970. */
  createdAt?: number
}

/** One contact as a file holds it. */
export interface FileContact {
  /** Where it begins. */
  line: number
  /** Of an own export, or of another program that spells ids as this one does. */
  id?: ContactId
  createdAt?: number
  input: ContactInput
  /** The long text; '' where there is none. */
  about: string
  notes: FileNote[]
}

/** What a file holds, whatever its format. */
export interface ParsedContacts {
  contacts: FileContact[]
  /** Entries that are no contact, or not one that can be read. */
  skipped: Remark[]
  /** Values that there is no place for; the contact itself was read. */
  leftOut: Remark[]
}

/** Contacts of one file, and remarks of one kind: what is more is no address book. */
export const MAX_CONTACTS = 100_000

export const nothingParsed = (): ParsedContacts => ({ contacts: [], skipped: [], leftOut: [] })

/** Whether the file is read on; where it isn't, the first line that is not read says so. */
export const hasRoom = ({ contacts, skipped, leftOut }: ParsedContacts): boolean =>
  contacts.length < MAX_CONTACTS && skipped.length < MAX_CONTACTS && leftOut.length < MAX_CONTACTS

export const stopAt = (line: number, parsed: ParsedContacts): void => {
  parsed.skipped.push({ line, reason: 'and all after it were not read: the file is too long' })
}
