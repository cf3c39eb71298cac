import type { NoteId } from 'kith-shared'
import type { NoteAuthor } from '../directory/directory-answers.js'
import type { Author } from './author-book.js'

/** Of the notes whose author the server knows; `undefined` where it could not be asked. */
export type AskAuthors = (noteIds: readonly NoteId[]) => Promise<readonly NoteAuthor[] | undefined>

export interface AuthorAskerParts {
  isKnown(noteId: NoteId): boolean
  tell(noteId: string, author: Author): void
}

/** The server answers for no more at once. */
const MOST_AT_ONCE = 100
/** Milliseconds until what failed is tried again on a connection that stays. */
const RETRY = 30_000

/**
 * Asks the server who wrote notes that are on the screen and of which this device has heard nothing:
 * 1. Only while there is a connection, one request at a time; all that is shown at once goes together.
 * 2. What it has answered is not asked again, also where it knows no author.
 * 3. What failed is asked again with the next connection, or on this one after a while.
 */
export class AuthorAsker {
  readonly #parts: AuthorAskerParts
  readonly #wanted = new Set<NoteId>()
  readonly #answered = new Set<NoteId>()
  #ask: AskAuthors | undefined
  #isAsking = false
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(parts: AuthorAskerParts) {
    this.#parts = parts
  }

  /** A note is shown whose author is not known. */
  want(noteId: NoteId): void {
    if (this.#answered.has(noteId)) return
    this.#wanted.add(noteId)
    // Others that are shown at once want theirs before this turn ends.
    queueMicrotask(this.#go)
  }

  /** There is a connection to ask on, or none any more. */
  connect(ask: AskAuthors | undefined): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#ask = ask
    this.#go()
  }

  readonly #go = (): void => {
    if (!this.#isAsking && this.#retry === undefined) void this.#askAll()
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true
    for (let ids = this.#next(); this.#ask && ids.length > 0; ids = this.#next()) {
      const ask = this.#ask
      const authors = await ask(ids)
      if (authors) this.#take(ids, authors)
      else if (this.#ask === ask) {
        this.#retry = setTimeout(() => this.connect(ask), RETRY)
        break
      }
    }
    this.#isAsking = false
  }

  #next(): NoteId[] {
    for (const id of this.#wanted) if (this.#parts.isKnown(id)) this.#wanted.delete(id)
    return [...this.#wanted].slice(0, MOST_AT_ONCE)
  }

  #take(ids: readonly NoteId[], authors: readonly NoteAuthor[]): void {
    for (const id of ids) {
      this.#wanted.delete(id)
      this.#answered.add(id)
    }
    for (const { noteId, author } of authors) this.#parts.tell(noteId, author)
  }
}
