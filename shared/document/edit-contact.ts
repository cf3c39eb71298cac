/**
 * Edits of contacts. Each is one transaction with the origin that the caller gives (so an
 * UndoManager can tell whose it is), checks everything before it writes anything, throws
 * InvalidValue, and writes nothing where nothing would change: every overwrite leaves bytes behind
 * for good.
 *
 * Undo: let an UndoManager follow `fields` and the texts, never `contacts`, whose items the server
 * doesn't let anybody delete; the undo of a creation is `deleteContact`, its redo `restoreContact`.
 */
import * as v from 'valibot'
import type * as Y from 'yjs'
import type { ContactId } from '../ids.js'
import {
  type ContactInput,
  LIST_FIELDS,
  type ListEntry,
  type ListField,
  type ScalarField,
  type Scalars,
} from './contact.js'
import { checked, fitting, InvalidValue } from './invalid-value.js'
import { entryKey, fieldKey, normalizeTag, tagKey } from './keys.js'
import { type Creation, isCreation, readListEntry, readScalar, readTag } from './read-contact.js'
import { CONTACTS, FIELDS } from './roots.js'
import * as schema from './schema.js'

export interface CreateOptions {
  /** Milliseconds since 1970. */
  now: number
  /** Gives ids for entries that have none. */
  newId: () => string
  origin?: unknown
}

/** Fields to change, by name. Lists and tags have functions of their own, entry by entry. */
export type ScalarChanges = { [Field in ScalarField]?: Scalars[Field] | undefined }

/** Writes a new contact; a 16 KB object at most. Throws InvalidValue (`exists` for a taken id). */
export const createContact = (
  doc: Y.Doc,
  id: ContactId,
  input: ContactInput,
  { now, newId, origin }: CreateOptions,
): ContactId => {
  checked(schema.id, id, 'id')
  const contacts = doc.getMap(CONTACTS)
  if (contacts.has(id)) throw new InvalidValue('id', 'exists')
  const valid = checked(schema.contactInput, input, '')
  const creation = fitting(creationOf(valid, checked(schema.time, now, 'now'), newId), '')
  doc.transact(() => contacts.set(id, creation), origin)
  return id
}

const creationOf = (input: ContactInput, now: number, newId: () => string): Creation => {
  const creation: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(input)) {
    if (typeof value === 'string' && value !== '') creation[field] = value
  }
  if (input.favorite) creation.favorite = true
  for (const list of LIST_FIELDS) {
    const entries = (input[list] ?? []).filter(hasContent)
    if (entries.length === 0) continue
    const created = entries.map((entry) => ({ ...present(entry), id: entry.id ?? newId() }))
    checkIds(list, created)
    creation[list] = created
  }
  const tags = new Set(input.tags)
  tags.delete('')
  if (tags.size > 0) creation.tags = [...tags]
  creation.createdAt = now
  return creation
}

/** Of two entries with one id readers would see the first alone. */
const checkIds = (list: ListField, entries: readonly { id: string }[]): void => {
  const ids = new Set(entries.map((entry) => checked(schema.id, entry.id, `${list}.id`)))
  if (ids.size < entries.length) throw new InvalidValue(`${list}.id`, 'exists')
}

const hasContent = (entry: object): boolean =>
  Object.entries(entry).some(([key, text]) => key !== 'id' && key !== 'label' && text)

/** Yjs would write `undefined` as a value of its own, which is no JSON. */
const present = (entry: object): object =>
  Object.fromEntries(Object.entries(entry).filter(([, text]) => text !== undefined))

/** Changes several fields at once, all or none. `undefined` leaves a field alone. */
export const updateContact = (
  doc: Y.Doc,
  contactId: ContactId,
  changes: ScalarChanges,
  origin?: unknown,
): void => {
  const creation = creationIn(doc, contactId)
  const fields = doc.getMap(FIELDS)
  const writes: [key: string, value: unknown][] = []
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) continue
    if (!isScalarField(field)) throw new InvalidValue(field, 'unknown-field')
    const key = fieldKey(contactId, field)
    const valid = checked<Scalars[ScalarField]>(schema.SCALARS[field], value, field)
    if (valid !== readScalar(field, creation, fields.get(key))) writes.push([key, valid])
  }
  write(doc, writes, origin)
}

const isScalarField = (field: string): field is ScalarField => Object.hasOwn(schema.SCALARS, field)

/** Changes one field. '' takes a text away, save the name. */
export const setField = <Field extends ScalarField>(
  doc: Y.Doc,
  contactId: ContactId,
  field: Field,
  value: Scalars[Field],
  origin?: unknown,
): void => updateContact(doc, contactId, { [field]: value }, origin)

/** Adds an entry or puts another in its place; the last writer of an entry wins all of it. */
export const setEntry = <List extends ListField>(
  doc: Y.Doc,
  contactId: ContactId,
  list: List,
  entry: ListEntry<List>,
  origin?: unknown,
): void => {
  const { id, ...parts } = checked(schema.ENTRIES[list], entry, list)
  const current = readListEntry(
    list,
    creationIn(doc, contactId),
    id,
    latest(doc, contactId, list, id),
  )
  const isSame = Object.entries(parts).every(
    ([key, text]) => Reflect.get(current ?? {}, key) === text,
  )
  if (!isSame) write(doc, [[entryKey(contactId, list, id), parts]], origin)
}

/** Nothing happens where the entry isn't there. */
export const removeEntry = (
  doc: Y.Doc,
  contactId: ContactId,
  list: ListField,
  entryId: string,
  origin?: unknown,
): void => {
  const id = checked(schema.id, entryId, list)
  const current = readListEntry(
    list,
    creationIn(doc, contactId),
    id,
    latest(doc, contactId, list, id),
  )
  if (current) write(doc, [[entryKey(contactId, list, id), null]], origin)
}

const latest = (doc: Y.Doc, contactId: ContactId, list: ListField, entryId: string): unknown =>
  doc.getMap(FIELDS).get(entryKey(contactId, list, entryId))

/** The tag is trimmed and brought to NFC first; nothing happens where the contact has it. */
export const addTag = (doc: Y.Doc, contactId: ContactId, tag: string, origin?: unknown): void => {
  const creation = creationIn(doc, contactId)
  const valid = checked(schema.tag, tag, 'tags')
  const key = tagKey(contactId, valid)
  if (!readTag(creation, valid, doc.getMap(FIELDS).get(key))) write(doc, [[key, true]], origin)
}

/** Nothing happens where the contact doesn't have the tag. */
export const removeTag = (
  doc: Y.Doc,
  contactId: ContactId,
  tag: string,
  origin?: unknown,
): void => {
  const creation = creationIn(doc, contactId)
  const spelled = normalizeTag(checked(v.string('type'), tag, 'tags'))
  const key = tagKey(contactId, spelled)
  if (readTag(creation, spelled, doc.getMap(FIELDS).get(key))) write(doc, [[key, null]], origin)
}

/** Marks it as deleted; everything of it stays, and so do edits that others make meanwhile. */
export const deleteContact = (
  doc: Y.Doc,
  contactId: ContactId,
  now: number,
  origin?: unknown,
): void => {
  const deletedAt = checked(schema.time, now, 'now')
  const isDeleted = deletedAtOf(doc, contactId) !== null
  if (!isDeleted) write(doc, [[fieldKey(contactId, 'deletedAt'), deletedAt]], origin)
}

/** Writes `null`, since taking the key away would lose to anybody's concurrent write. */
export const restoreContact = (doc: Y.Doc, contactId: ContactId, origin?: unknown): void => {
  const isDeleted = deletedAtOf(doc, contactId) !== null
  if (isDeleted) write(doc, [[fieldKey(contactId, 'deletedAt'), null]], origin)
}

const deletedAtOf = (doc: Y.Doc, contactId: ContactId): number | null => {
  const current = doc.getMap(FIELDS).get(fieldKey(contactId, 'deletedAt'))
  return readScalar('deletedAt', creationIn(doc, contactId), current)
}

const creationIn = (doc: Y.Doc, contactId: ContactId): Creation => {
  const creation = doc.getMap(CONTACTS).get(contactId)
  if (!isCreation(creation)) throw new InvalidValue('contactId', 'not-found')
  return creation
}

const write = (doc: Y.Doc, writes: readonly [string, unknown][], origin: unknown): void => {
  if (writes.length === 0) return
  const fields = doc.getMap(FIELDS)
  doc.transact(() => {
    for (const [key, value] of writes) fields.set(key, value)
  }, origin)
}
