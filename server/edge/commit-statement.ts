/** One call of a function of the database commits a batch (migrations/0002_journal.sql and later). */
import type { Batch } from '../core/ports.js'
import { checksumOf } from './checksum.js'
import type { Statement } from './database.js'

/** A time of the database as milliseconds since 1970. */
export const MILLISECONDS = (expression: string): string =>
  `(extract(epoch from ${expression}) * 1000)::bigint`

/** Only a batch that creates notes pays for saying whose they are. */
export const commitStatement = (batch: Batch): Statement => {
  const values = [
    batch.id,
    batch.workspaceId,
    batch.epoch,
    batch.head,
    batch.rows.map((row) => row.author.id),
    batch.rows.map((row) => row.author.name),
    batch.rows.map((row) => row.update),
    batch.rows.map((row) => checksumOf(row.update)),
    batch.bindings.map((binding) => binding.clientId),
    batch.bindings.map((binding) => binding.userId),
  ]
  const { notes = [] } = batch
  if (notes.length === 0) {
    return {
      name: 'commit',
      text: `select ${MILLISECONDS('moment')} as committed_at
        from commit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as moment`,
      values,
    }
  }
  return {
    name: 'commit-with-notes',
    text: `select ${MILLISECONDS('moment')} as committed_at from commit_batch_with_notes(
      $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as moment`,
    values: [
      ...values,
      notes.map(({ noteId }) => noteId),
      notes.map(({ author }) => author.id),
      notes.map(({ author }) => author.name),
    ],
  }
}
