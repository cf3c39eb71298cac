import type { Activity, Workspace } from 'kith-client'
import { useActivity, useWorkspace } from 'kith-client/react'
import type { NoteId } from 'kith-shared'
import { useEffect, useSyncExternalStore } from 'react'
import { type AskAuthors, AuthorAsker } from './author-asker.js'
import { type Author, AuthorBook } from './author-book.js'

interface Desk {
  book: AuthorBook
  asker: AuthorAsker
}

/**
 * Who wrote which note, by the server's word alone. A note itself holds no author, since a browser
 * could write any name there: the server names the author of each row of its journal, this device
 * hears it when the row comes in, and keeps it. Of notes that came within a snapshot it hears
 * nothing, and asks when they are shown.
 */
const desks = new WeakMap<Workspace, Desk>()

const deskOf = (workspace: Workspace): Desk => {
  const known = desks.get(workspace)
  if (known) return known
  const book = new AuthorBook(storageOf(workspace))
  const asker = new AuthorAsker({
    isKnown: (noteId) => book.authorOf(noteId) !== undefined,
    tell: (noteId, author) => book.add(noteId, author),
  })
  const desk = { book, asker }
  desks.set(workspace, desk)
  return desk
}

/** For one component of the page: hears who writes notes, also of contacts that nobody looks at. */
export const useKeepNoteAuthors = (): void => {
  const workspace = useWorkspace()
  useActivity((activity) => {
    if (workspace) hear(deskOf(workspace).book, activity)
  })
}

const hear = (book: AuthorBook, activity: Activity): void => {
  if (activity.type === 'note_added') book.add(activity.payload.note.id, activity.user)
}

/** The server can be asked, until what this gives is called. */
export const connectAsker = (workspace: Workspace, ask: AskAuthors): (() => void) => {
  const { asker } = deskOf(workspace)
  asker.connect(ask)
  return () => asker.connect(undefined)
}

/** A note that I wrote here just now: known before any commit. */
export const rememberOwnNote = (workspace: Workspace, noteId: NoteId): void =>
  deskOf(workspace).book.add(noteId, { id: workspace.userId, name: workspace.self()?.name ?? '' })

/** Who wrote a note that is shown; `undefined` until this device hears it, or where nobody knows. */
export const useNoteAuthor = (noteId: NoteId): Author | undefined => {
  const workspace = useWorkspace()
  const desk = workspace && deskOf(workspace)
  const author = useSyncExternalStore(desk?.book.subscribe ?? NEVER, () =>
    desk?.book.authorOf(noteId),
  )
  const isWanted = author === undefined
  useEffect(() => {
    if (isWanted) desk?.asker.want(noteId)
  }, [desk, noteId, isWanted])
  return author
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
