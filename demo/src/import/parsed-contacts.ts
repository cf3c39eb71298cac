import type { ContactInput } from 'kith-shared'

/** A line of the file, counted from 1, and what became of it, in words that follow "line 14 ". */
export interface Remark {
  line: number
  reason: string
}

/** What a file holds, whatever its format. */
export interface ParsedContacts {
  contacts: ContactInput[]
  /** Free text of contacts that have one, by position in `contacts`. */
  notes: { index: number; body: string }[]
  /** Entries that are no contact, or not one that can be read. */
  skipped: Remark[]
  /** Values that Kith does not take; the contact itself was read. */
  leftOut: Remark[]
}

export const nothingParsed = (): ParsedContacts => ({
  contacts: [],
  notes: [],
  skipped: [],
  leftOut: [],
})
