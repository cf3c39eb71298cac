import { type ContactId, isDocumentId } from '../ids.js'

/** Map: contact id → the contact as it was created, one JSON object, written once. */
export const CONTACTS = 'contacts'
/** Map: `<contact or note id>/<field>` → the latest value of that field. Keys: `keys.ts`. */
export const FIELDS = 'fields'
/** Map: note id → `{ contactId, body, createdAt }`, written once. */
export const NOTES = 'notes'

const ABOUT = 'about/'

/** The Text that holds a contact's long free text. */
export const aboutRoot = (contactId: ContactId): string => ABOUT + contactId

/** The contact id in `about/<contact id>`; `undefined` for any other root. */
export const aboutContactId = (root: string): ContactId | undefined => {
  if (!root.startsWith(ABOUT)) return undefined
  const id = root.slice(ABOUT.length)
  return isUsableId(id) ? (id as ContactId) : undefined // checked on this line
}

/** What the root of this name holds; `undefined` for a root that a document doesn't have. */
export const rootKind = (root: string): 'map' | 'text' | undefined => {
  if (root === CONTACTS || root === FIELDS || root === NOTES) return 'map'
  return aboutContactId(root) === undefined ? undefined : 'text'
}

/**
 * An id as keys may hold it: `[A-Za-z0-9_-]{1,64}`, save `__proto__`, which would reach for the
 * prototype of whatever object somebody collects contacts in.
 */
export const isUsableId = (value: unknown): value is string =>
  isDocumentId(value) && value !== '__proto__'
