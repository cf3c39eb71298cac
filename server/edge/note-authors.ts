/** Who wrote notes, on PostgreSQL. Commits say it (`commit_batch_with_notes`, migrations/0009_note_authors.sql). */
import type { NoteId, UserId, WorkspaceId } from 'kith-shared'
import type { NoteAuthors } from '../core/ports.js'
import type { Database, Run } from './database.js'

export const createNoteAuthors = (database: Database): NoteAuthors => ({
  find: (workspaceId, noteIds) =>
    database.orAway(async () => {
      const rows = await database.run<{ note_id: NoteId; user_id: UserId; user_name: string }>({
        name: 'note-authors',
        text: `select note_id, user_id, user_name from note_authors
          where workspace_id = $1 and note_id = any ($2)`,
        values: [workspaceId, noteIds],
      })
      const authors = rows.map(({ note_id: noteId, user_id: id, user_name: name }) => ({
        noteId,
        author: { id, name },
      }))
      return { outcome: 'found', authors } as const
    }),
})

/** For notes that are purged. Rejects as pg does. */
export const forgetNoteAuthors = async (
  run: Run,
  workspaceId: WorkspaceId,
  noteIds: readonly string[],
): Promise<void> => {
  await run({
    text: 'delete from note_authors where workspace_id = $1 and note_id = any ($2)',
    values: [workspaceId, noteIds],
  })
}
