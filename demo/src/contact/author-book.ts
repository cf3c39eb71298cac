import { isNoteId, isUserId } from 'kith-shared'

export interface Author {
  id: string
  /** As it was then; '' where only the id is known. */
  name: string
}

export interface BookStorage {
  read(): string | undefined
  write(text: string): void
}

/** Some 200 bytes each, of the 5 MB that a site has. */
const MOST = 4_000

/** Note by note who wrote it, the newest ones. The first word counts: a note has one author. */
export class AuthorBook {
  readonly #storage: BookStorage
  readonly #authors: Map<string, Author>
  readonly #listeners = new Set<() => void>()
  #isDue = false

  constructor(storage: BookStorage) {
    this.#storage = storage
    this.#authors = new Map(readBook(storage.read()))
  }

  authorOf(noteId: string): Author | undefined {
    return this.#authors.get(noteId)
  }

  add(noteId: string, { id, name }: Author): void {
    if (this.#authors.has(noteId)) return
    this.#authors.set(noteId, { id, name })
    // Once for all that come at once, as in an import.
    if (!this.#isDue) queueMicrotask(this.#keep)
    this.#isDue = true
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly #keep = (): void => {
    this.#isDue = false
    // Another tab has perhaps written since.
    for (const [known, author] of readBook(this.#storage.read())) {
      if (!this.#authors.has(known)) this.#authors.set(known, author)
    }
    const kept = [...this.#authors].slice(-MOST)
    this.#storage.write(
      JSON.stringify(kept.map(([note, author]) => [note, author.id, author.name])),
    )
    for (const listener of this.#listeners) listener()
  }
}

/** Total: storage holds what an earlier version wrote, or anything else. */
const readBook = (text: string | undefined): [string, Author][] => {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.flatMap(readEntry) : []
  } catch {
    return []
  }
}

const readEntry = (entry: unknown): [string, Author][] => {
  if (!Array.isArray(entry)) return []
  const [noteId, id, name]: unknown[] = entry
  if (!isNoteId(noteId) || !isUserId(id) || typeof name !== 'string') return []
  return [[noteId, { id, name }]]
}
