import { type Contact, type DocumentChange, LIST_FIELDS, type Note } from 'kith-shared'
import { expect } from 'vitest'

/**
 * What somebody knows who reads nothing but the events: a flat record for each contact, and the
 * notes. Checks on the way that every event begins where the ones before it ended.
 */
export class Mirror {
  readonly contacts = new Map<string, Record<string, unknown>>()
  readonly deleted = new Set<string>()
  readonly abouts = new Map<string, unknown>()
  readonly notes = new Map<string, Note>()
  readonly goneNotes = new Set<string>()

  hear(change: DocumentChange): void {
    const { contactId } = change
    switch (change.type) {
      case 'contact-created':
        // One that is taken out (the undo of a creation) is told as deleted, and may come again.
        if (this.contacts.has(contactId)) expect(this.deleted).toContain(contactId)
        if (change.contact.deletedAt === null) this.deleted.delete(contactId)
        else this.deleted.add(contactId)
        // Nobody told what became of its text while it was not there.
        this.abouts.delete(contactId)
        this.contacts.set(contactId, flatten(change.contact))
        return
      case 'contact-updated':
        for (const [path, { before, after }] of Object.entries(change.changes)) {
          expect(after).not.toEqual(before)
          this.#step(contactId, path, before, after)
        }
        return
      case 'contact-deleted':
        expect(this.contacts.has(contactId)).toBe(true)
        this.deleted.add(contactId)
        return
      case 'contact-restored':
        expect(this.deleted.delete(contactId)).toBe(true)
        return
      case 'note-added':
        if (this.notes.has(change.note.id)) expect(this.goneNotes).toContain(change.note.id)
        this.goneNotes.delete(change.note.id)
        this.notes.set(change.note.id, change.note)
        return
      case 'note-updated':
        expect(this.notes.get(change.note.id)).toEqual(change.before)
        this.notes.set(change.note.id, change.note)
        return
      case 'note-deleted':
        expect(this.notes.has(change.note.id)).toBe(true)
        this.notes.set(change.note.id, change.note)
        this.goneNotes.add(change.note.id)
    }
  }

  #step(contactId: string, path: string, before: unknown, after: unknown): void {
    if (path === 'about') {
      if (this.abouts.has(contactId)) expect(this.abouts.get(contactId)).toBe(before)
      this.abouts.set(contactId, after)
      return
    }
    if (path === 'deletedAt') {
      expect(this.deleted).toContain(contactId)
      return
    }
    const record = this.contacts.get(contactId) ?? {}
    expect(record[path] ?? (path.startsWith('tags/') ? false : null)).toEqual(before)
    if (after === null || after === false) delete record[path]
    else record[path] = after
    if (after === false && !path.includes('/')) record[path] = after
    if (after === null && path === 'mergedInto') record[path] = after
  }
}

/** A contact by the paths of its changes; `deletedAt` apart, which has events of its own. */
export const flatten = (contact: Contact): Record<string, unknown> => {
  const {
    id: _id,
    deletedAt: _deletedAt,
    tags,
    emails,
    phones,
    links,
    addresses,
    ...flat
  } = contact
  const record: Record<string, unknown> = { ...flat }
  const lists = { emails, phones, links, addresses }
  for (const list of LIST_FIELDS) {
    for (const entry of lists[list]) record[`${list}/${entry.id}`] = entry
  }
  for (const tag of tags) record[`tags/${tag}`] = true
  return record
}
