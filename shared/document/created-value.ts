import type * as Y from 'yjs'
import { LIST_FIELDS, SCALAR_FIELDS } from './contact.js'
import { decodeTag, parseKey } from './keys.js'
import { readNote } from './note.js'
import { isCreation, readListEntry, readScalar, readTag } from './read-contact.js'
import { CONTACTS, NOTES } from './roots.js'

/**
 * What a key of `fields` reads as where it was never written: whoever writes this value there
 * changes nothing that shows. `undefined` where the record is not there, or the key is none of ours.
 */
export const createdValue = (doc: Y.Doc, key: string): unknown => {
  const parsed = parseKey(key)
  if (parsed === undefined) return undefined
  const { id, path } = parsed
  const contact = doc.getMap(CONTACTS).get(id)
  if (isCreation(contact)) return ofContact(contact, path)
  const note = readNote(id as Parameters<typeof readNote>[0], doc.getMap(NOTES).get(id)) // by where it lies
  return path === 'body' || path === 'contactId' || path === 'deletedAt' ? note?.[path] : undefined
}

const ofContact = (creation: Readonly<Record<string, unknown>>, path: string): unknown => {
  const scalar = SCALAR_FIELDS.find((field) => field === path)
  if (scalar !== undefined) return readScalar(scalar, creation, undefined)
  const [list, part = '', more] = path.split('/')
  if (part === '' || more !== undefined) return undefined
  if (list === 'tags') {
    const tag = decodeTag(part)
    return tag !== undefined && readTag(creation, tag, undefined) ? true : null
  }
  const known = LIST_FIELDS.find((field) => field === list)
  if (known === undefined) return undefined
  const entry = readListEntry(known, creation, part, undefined)
  if (entry === undefined) return null
  const { id: _, ...parts } = entry
  return parts
}
