/**
 * Branded ids. A plain string or number becomes one only through the guards below, so that a
 * workspace id can't be passed where a user id is meant.
 */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** `[A-Za-z0-9_-]{1,64}`, as it stands in `/ws/workspace/{id}`. */
export type WorkspaceId = Branded<string, 'WorkspaceId'>
/** Who a token speaks for: 1 to 255 printable characters, as the issuer gave it. */
export type UserId = Branded<string, 'UserId'>
/** Key in the root `contacts`: `[A-Za-z0-9_-]{1,64}`. */
export type ContactId = Branded<string, 'ContactId'>
/** Key in the root `notes`: `[A-Za-z0-9_-]{1,64}`. */
export type NoteId = Branded<string, 'NoteId'>
/** A Yjs client id: an integer from 0 to 2^53 - 1; Yjs itself draws 32 random bits. */
export type ClientId = number
/** Number of a journal row, from 1; 0 stands before the first. Runs on across epochs. */
export type Seq = number
/** One life of a document, from 1; 0 in a hello means "none seen yet". */
export type Epoch = number

const DOCUMENT_ID = /^[A-Za-z0-9_-]{1,64}$/
/**
 * No control characters; no half of a surrogate pair, of which all are one and the same in UTF-8; and
 * not `.` or `..`, which every URL parser takes out of a path, encoded or not.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const USER_ID = /^(?!\.{1,2}$)[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]+$/u
const MAX_USER_ID = 255

export const isDocumentId = (value: unknown): value is string =>
  typeof value === 'string' && DOCUMENT_ID.test(value)
export const isWorkspaceId = (value: unknown): value is WorkspaceId => isDocumentId(value)
export const isContactId = (value: unknown): value is ContactId => isDocumentId(value)
export const isNoteId = (value: unknown): value is NoteId => isDocumentId(value)
export const isUserId = (value: unknown): value is UserId =>
  typeof value === 'string' && value.length <= MAX_USER_ID && USER_ID.test(value)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'

/** An id of one character for each random byte (6 bits are used of each); hand in 16 bytes or more. */
export const idFromBytes = (random: Uint8Array): string => {
  let id = ''
  for (const byte of random) id += ALPHABET[byte & 63]
  return id
}
