/** Who wrote which note, where the journal is kept in memory: as `note_authors` of the database. */
import type { NoteId } from 'kith-shared'
import type { Author, NoteAuthor } from './ports.js'

export class NoteTable {
  readonly #authors = new Map<NoteId, Author>()

  /** Whose a note was said to be, it stays. */
  add(notes: readonly NoteAuthor[] = []): void {
    for (const { noteId, author } of notes) {
      if (!this.#authors.has(noteId)) this.#authors.set(noteId, { ...author })
    }
  }

  find(noteIds: readonly NoteId[]): NoteAuthor[] {
    return [...new Set(noteIds)].flatMap((noteId) => {
      const author = this.#authors.get(noteId)
      return author ? [{ noteId, author: { ...author } }] : []
    })
  }
}
