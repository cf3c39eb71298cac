import type { ContactId } from '../ids.js'
import {
  type Address,
  type Contact,
  type Entry,
  LIST_FIELDS,
  type ListField,
  SCALAR_FIELDS,
} from './contact.js'
import type { Note } from './note.js'

/**
 * `before` and `after` by what changed:
 * - a field's name: its values, as in `Contact`;
 * - `emails/<entry id>` and so on: the `Entry` or `Address`; `null` where it isn't there;
 * - `tags/<tag>` (the tag itself, not as in keys): `true` and `false`;
 * - `about`: the whole text.
 */
export type FieldChanges = Record<string, { before: unknown; after: unknown }>

/**
 * What one transaction did to what is read; no event where it changed nothing that shows.
 * Deleting and restoring a contact have events of their own, and `deletedAt` stands in `changes`
 * only where one time of deletion replaced another. A contact or note that is deleted when it
 * first arrives is `created` or `added`, with its `deletedAt`. A restored or moved note is
 * `note-updated`: compare with `before`.
 */
export type DocumentChange =
  | { type: 'contact-created'; contactId: ContactId; contact: Contact }
  | { type: 'contact-updated'; contactId: ContactId; changes: FieldChanges }
  | { type: 'contact-deleted'; contactId: ContactId }
  | { type: 'contact-restored'; contactId: ContactId }
  | { type: 'note-added'; contactId: ContactId; note: Note }
  | { type: 'note-updated'; contactId: ContactId; note: Note; before: Note }
  | { type: 'note-deleted'; contactId: ContactId; note: Note }

/** A creation whose contact is read when somebody asks for it, and then stays what it is. */
export const createdLater = (contactId: ContactId, read: () => Contact): DocumentChange => {
  let known: Contact | undefined
  return {
    type: 'contact-created',
    contactId,
    get contact() {
      known ??= read()
      return known
    },
  }
}

/** The events that lead from `before` to `after`, which may not be there any more. */
export const contactChanges = (
  contactId: ContactId,
  before: Contact,
  after: Contact | undefined,
): DocumentChange[] => {
  if (!after) return [{ type: 'contact-deleted', contactId }]
  const changes = fieldChanges(before, after)
  const events: DocumentChange[] = []
  const deleted = after.deletedAt !== null
  const turned = deleted !== (before.deletedAt !== null)
  if (turned) delete changes.deletedAt
  if (Object.keys(changes).length > 0) events.push({ type: 'contact-updated', contactId, changes })
  if (turned) events.push({ type: deleted ? 'contact-deleted' : 'contact-restored', contactId })
  return events
}

export const noteChanges = (
  before: Note | undefined,
  after: Note | undefined,
): DocumentChange[] => {
  if (!before) return after ? [{ type: 'note-added', contactId: after.contactId, note: after }] : []
  if (!after) return [{ type: 'note-deleted', contactId: before.contactId, note: before }]
  if (sameItem(before, after)) return []
  const contactId = after.contactId
  return before.deletedAt === null && after.deletedAt !== null
    ? [{ type: 'note-deleted', contactId, note: after }]
    : [{ type: 'note-updated', contactId, note: after, before }]
}

const fieldChanges = (before: Contact, after: Contact): FieldChanges => {
  const changes: FieldChanges = {}
  for (const field of SCALAR_FIELDS) {
    if (before[field] !== after[field]) {
      changes[field] = { before: before[field], after: after[field] }
    }
  }
  for (const list of LIST_FIELDS) {
    const earlier = byId(before[list])
    const later = byId(after[list])
    for (const id of new Set([...earlier.keys(), ...later.keys()])) {
      const [was, is] = [earlier.get(id), later.get(id)]
      if (was && is && sameItem(was, is)) continue
      changes[`${list}/${id}`] = { before: was ?? null, after: is ?? null }
    }
  }
  if (before.tags === after.tags) return changes
  for (const tag of new Set([...before.tags, ...after.tags])) {
    const [was, is] = [before.tags.includes(tag), after.tags.includes(tag)]
    if (was !== is) changes[`tags/${tag}`] = { before: was, after: is }
  }
  return changes
}

/**
 * `after`, with every part of `before` that is still the same: a list that nobody touched keeps
 * its identity, and so does the contact itself where nothing that shows has changed.
 */
export const keepIdentity = (before: Contact, after: Contact): Contact => {
  const kept = {
    ...after,
    emails: keepList(before, after, 'emails'),
    phones: keepList(before, after, 'phones'),
    links: keepList(before, after, 'links'),
    addresses: keepList(before, after, 'addresses'),
    tags: sameList(before.tags, after.tags, Object.is) ? before.tags : after.tags,
  }
  return sameItem(before, kept) ? before : kept
}

const keepList = <List extends ListField>(before: Contact, after: Contact, list: List) => {
  const earlier: readonly (Entry | Address)[] = before[list]
  return sameList(earlier, after[list], sameItem) ? before[list] : after[list]
}

const sameList = <Item>(
  a: readonly Item[],
  b: readonly Item[],
  same: (a: Item, b: Item) => boolean,
): boolean =>
  a === b || (a.length === b.length && a.every((item, at) => at in b && same(item, b[at] as Item)))

/** Two objects of one shape whose values are the same, one by one. */
const sameItem = <Item extends object>(a: Item, b: Item): boolean =>
  Object.keys(a).every((key) => Object.is(a[key as keyof Item], b[key as keyof Item]))

const byId = (items: readonly (Entry | Address)[]): Map<string, Entry | Address> =>
  new Map(items.map((item) => [item.id, item]))
