import type { Activity, Workspace } from 'kith-client'
import { useActivity, useWorkspace } from 'kith-client/react'
import type { NoteId } from 'kith-shared'
import { useSyncExternalStore } from 'react'
import { type Author, AuthorBook } from './author-book.js'

/**
 * Who wrote which note, by the server's word alone. A note itself holds no author, since a browser
 * could write any name there: the server names the author of each row of its journal, this device
 * hears it when the row comes in, and keeps it. Of notes that came within a snapshot it hears
 * nothing, and of those only the time is shown.
 */
const books = new WeakMap<Workspace, AuthorBook>()

const bookOf = (workspace: Workspace): AuthorBook => {
  const known = books.get(workspace) ?? new AuthorBook(storageOf(workspace))
  books.set(workspace, known)
  return known
}

/** For one component of the page: hears who writes notes, also of contacts that nobody looks at. */
export const useKeepNoteAuthors = (): void => {
  const workspace = useWorkspace()
  useActivity((activity) => {
    if (workspace) hear(bookOf(workspace), activity)
  })
}

const hear = (book: AuthorBook, activity: Activity): void => {
  if (activity.type === 'note_added') book.add(activity.payload.note.id, activity.user)
}

/** A note that I wrote here just now: known before any commit. */
export const rememberOwnNote = (workspace: Workspace, noteId: NoteId): void =>
  bookOf(workspace).add(noteId, { id: workspace.userId, name: workspace.self()?.name ?? '' })

/** Who wrote a note; `undefined` where this device has not heard it. */
export const useNoteAuthor = (noteId: NoteId): Author | undefined => {
  const workspace = useWorkspace()
  const book = workspace && bookOf(workspace)
  return useSyncExternalStore(book?.subscribe ?? NEVER, () => book?.authorOf(noteId))
}

const NEVER = () => () => undefined

const PREFIX = 'kith.note-authors'

/** For whoever takes a workspace off the device. */
export const forgetNoteAuthors = (userId: string, workspaceId: string): void => {
  try {
    localStorage.removeItem(JSON.stringify([PREFIX, userId, workspaceId]))
  } catch {
    // Blocked: then nothing was kept, either.
  }
}

/** Storage may be blocked or full: then they are known as long as the page is open. */
const storageOf = ({ userId, id }: Workspace) => {
  const key = JSON.stringify([PREFIX, userId, id])
  return {
    read: (): string | undefined => {
      try {
        return localStorage.getItem(key) ?? undefined
      } catch {
        return undefined
      }
    },
    write: (text: string): void => {
      try {
        localStorage.setItem(key, text)
      } catch {
        // As above.
      }
    },
  }
}
