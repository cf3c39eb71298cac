import type pg from 'pg'
import type { Database, Statement } from './database.js'
import { Turns } from './turns.js'

/**
 * Two million rows of a journal take 2 s on a fast disk; a slow one, or gigabytes of snapshots, take
 * far longer than a statement of the pool may.
 */
const LIMIT = '10min'
/** Each has a connection of its own, beside the pool. */
const AT_ONCE = 2

export type RunDeletion = <Row extends pg.QueryResultRow>(
  lane: string,
  statement: Statement,
) => Promise<Row[] | { outcome: 'away' }>

/** Runs statements that delete what may be large; those of one lane one after the other. */
export const deletionsOn = (database: Database): RunDeletion => {
  const turns = new Turns(AT_ONCE, 1)
  return <Row extends pg.QueryResultRow>(lane: string, statement: Statement) =>
    turns.take(lane, () =>
      database.withConnection(async (run) => {
        await run({ text: `set statement_timeout = '${LIMIT}'` })
        return run<Row>(statement)
      }),
    )
}
