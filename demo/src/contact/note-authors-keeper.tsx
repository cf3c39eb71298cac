import { useKeepNoteAuthors } from './note-authors.js'

/** Listens as long as the workspace is open. Shows nothing. */
export const NoteAuthorsKeeper = () => {
  useKeepNoteAuthors()
  return null
}
