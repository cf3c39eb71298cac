import type { ContactId, NoteId } from '../ids.js'
import type { Note } from './note.js'

const NO_NOTES: readonly Note[] = Object.freeze([])

/** The notes of a document, and which contact each belongs to. */
export class NoteTable {
  readonly #notes = new Map<NoteId, Note>()
  readonly #byContact = new Map<ContactId, Set<Note>>()
  readonly #lists = new Map<ContactId, readonly Note[]>()

  get(id: NoteId): Note | undefined {
    return this.#notes.get(id)
  }

  /** Newest first, without deleted ones; the same array until one of them changes. */
  of(contactId: ContactId): readonly Note[] {
    const notes = this.#byContact.get(contactId)
    if (!notes) return NO_NOTES
    const known = this.#lists.get(contactId)
    if (known) return known
    const list = [...notes].filter((note) => note.deletedAt === null).sort(newestFirst)
    this.#lists.set(contactId, list)
    return list
  }

  /** Puts `after` in the place of the note of this id; `undefined` takes it out. */
  replace(id: NoteId, after: Note | undefined): void {
    const before = this.#notes.get(id)
    if (before) {
      const siblings = this.#byContact.get(before.contactId)
      siblings?.delete(before)
      if (siblings?.size === 0) this.#byContact.delete(before.contactId)
      this.#lists.delete(before.contactId)
      this.#notes.delete(id)
    }
    if (!after) return
    this.#notes.set(id, after)
    const siblings = this.#byContact.get(after.contactId)
    if (siblings) siblings.add(after)
    else this.#byContact.set(after.contactId, new Set([after]))
    this.#lists.delete(after.contactId)
  }

  clear(): void {
    this.#notes.clear()
    this.#byContact.clear()
    this.#lists.clear()
  }
}

const newestFirst = (a: Note, b: Note): number =>
  b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)
