/**
 * Keys of the root `fields`:
 *
 *   <id>/<field>                  one value of a contact or a note
 *   <contact id>/emails/<entry>   one entry of a many-valued field; `null` where removed
 *   <contact id>/tags/<tag>       `true`, or `null` where removed; the tag as `encodeTag` writes it
 */
import type { ContactId, NoteId } from '../ids.js'
import { MAX_KEY_BYTES } from '../limits.js'
import type { ListField, NoteField, ScalarField } from './contact.js'
import { isUsableId } from './roots.js'

export const fieldKey = (id: ContactId | NoteId, field: ScalarField | NoteField): string =>
  `${id}/${field}`

export const entryKey = (id: ContactId, list: ListField, entryId: string): string =>
  `${id}/${list}/${entryId}`

/** `tag` as `normalizeTag` gives it. */
export const tagKey = (id: ContactId, tag: string): string => `${id}/tags/${encodeTag(tag)}`

/**
 * Splits a key of `fields` into the id and the rest (`name`, `emails/<entry>`, `tags/<tag>`);
 * `undefined` for a key that belongs to no contact and no note.
 */
export const parseKey = (key: string): { id: string; path: string } | undefined => {
  const slash = key.indexOf('/')
  if (slash === -1) return undefined
  const id = key.slice(0, slash)
  return isUsableId(id) ? { id, path: key.slice(slash + 1) } : undefined
}

/** Lone surrogates become U+FFFD, as UTF-8 makes of them: so every replica reads what we read. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')

/** One spelling for each tag: NFC, trimmed, no lone surrogates. '' is no tag. */
export const normalizeTag = (tag: string): string => wellFormed(tag).normalize('NFC').trim()

export const encodeTag = (tag: string): string => encodeURIComponent(tag)

/** The tag of a key's last part; `undefined` where that isn't exactly what `encodeTag` writes. */
export const decodeTag = (encoded: string): string | undefined => {
  let tag: string
  try {
    tag = decodeURIComponent(encoded)
  } catch {
    return undefined
  }
  // Other spellings of one tag (`%e2`, `a` for `%61`, a trailing blank) would be second keys for it.
  return tag !== '' && normalizeTag(tag) === tag && encodeTag(tag) === encoded ? tag : undefined
}

/** Whether the gate takes the key of this tag, which it counts with the 2 bytes of its length. */
export const tagFits = (tag: string): boolean =>
  2 + LONGEST_ID + '/tags/'.length + encodeTag(tag).length <= MAX_KEY_BYTES

const LONGEST_ID = 64
