/** What happened to one contact, gathered into what it comes to. Pure, and plain JSON. */
import type { ActivityDetail } from 'kith-client'
import { type FieldChanges, sameJson, unreachable } from 'kith-shared'

/** Contacts that are told one by one; of more than these only the number. */
export const MAX_CONTACTS = 100
/** Fields of one contact that are told. */
const MAX_FIELDS = 24
/** Letters of a value that are kept. */
const MAX_TEXT = 160

export interface ContactNews {
  contactId: string
  /** What became of the contact itself. */
  what: 'changed' | 'created' | 'deleted' | 'restored'
  /** From before the first to after the last change. */
  changes: FieldChanges
  notes: { added: number; changed: number; deleted: number }
}

/** `undefined` where it comes to nothing: made and deleted again, or changed there and back. */
export const merged = (earlier: ContactNews, later: ContactNews): ContactNews | undefined => {
  const what = became(earlier.what, later.what)
  if (what === undefined) return undefined
  const notes = {
    added: earlier.notes.added + later.notes.added,
    changed: earlier.notes.changed + later.notes.changed,
    deleted: earlier.notes.deleted + later.notes.deleted,
  }
  const changes = what === 'created' ? {} : mergedChanges(earlier.changes, later.changes)
  const isNothing = what === 'changed' && Object.keys(changes).length === 0 && !hasNotes(notes)
  return isNothing ? undefined : { contactId: later.contactId, what, changes, notes }
}

export const became = (
  earlier: ContactNews['what'],
  later: ContactNews['what'],
): ContactNews['what'] | undefined => {
  if (later === 'changed') return earlier
  if (later === 'deleted') return earlier === 'created' ? undefined : 'deleted'
  if (later === 'restored') return earlier === 'deleted' ? 'changed' : earlier
  return 'created'
}

const hasNotes = ({ added, changed, deleted }: ContactNews['notes']): boolean =>
  added + changed + deleted > 0

const mergedChanges = (earlier: FieldChanges, later: FieldChanges): FieldChanges => {
  const changes = { ...earlier }
  for (const [field, { before, after }] of Object.entries(later)) {
    const first = Object.hasOwn(changes, field) ? changes[field] : undefined
    if (first && sameJson(first.before, after)) delete changes[field]
    else if (first) changes[field] = { before: first.before, after }
    else if (Object.keys(changes).length < MAX_FIELDS) changes[field] = { before, after }
  }
  return changes
}

export const contactNews = (activity: ActivityDetail): ContactNews => {
  const { contactId } = activity.payload
  const none = { contactId, changes: {}, notes: { added: 0, changed: 0, deleted: 0 } }
  switch (activity.type) {
    case 'contact_created':
      // One that is deleted when it first arrives is still told: it can be restored.
      return { ...none, what: activity.payload.contact.deletedAt === null ? 'created' : 'deleted' }
    case 'contact_updated':
      return { ...none, what: 'changed', changes: clippedChanges(activity.payload.changes) }
    case 'contact_deleted':
      return { ...none, what: 'deleted' }
    case 'contact_restored':
      return { ...none, what: 'restored' }
    case 'note_added':
      return { ...none, what: 'changed', notes: { ...none.notes, added: 1 } }
    case 'note_updated':
      return { ...none, what: 'changed', notes: { ...none.notes, changed: 1 } }
    case 'note_deleted':
      return { ...none, what: 'changed', notes: { ...none.notes, deleted: 1 } }
    default:
      return unreachable(activity)
  }
}

const clippedChanges = (changes: FieldChanges): FieldChanges =>
  Object.fromEntries(
    Object.entries(changes)
      .slice(0, MAX_FIELDS)
      .map(([field, { before, after }]) => [field, clipped(before, after)]),
  )

/** Of a long text what lies around the first letter that differs. */
const clipped = (before: unknown, after: unknown): { before: unknown; after: unknown } => {
  if (typeof before !== 'string' || typeof after !== 'string') return { before, after }
  if (before.length <= MAX_TEXT && after.length <= MAX_TEXT) return { before, after }
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  const from = Math.max(0, same - MAX_TEXT / 4)
  return { before: cut(before, from), after: cut(after, from) }
}

const cut = (text: string, from: number): string => {
  // A cut may fall within a pair that stands for one sign.
  const part = text.slice(from, from + MAX_TEXT).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
  return `${from > 0 ? '…' : ''}${part}${from + MAX_TEXT < text.length ? '…' : ''}`
}
