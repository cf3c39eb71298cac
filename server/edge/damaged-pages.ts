/**
 * Pages on the disk that do not match PostgreSQL's own checksums (on by default from PostgreSQL 18 on).
 * One flipped bit makes every row of a page unreadable, of other workspaces too: 8 KB. Our checksums
 * say which bytes are damaged and which are not, so rows and documents that lie on such a page are
 * read in spite of it and written anew, as they are; what is damaged among them is found as ever.
 *
 * Nothing else is: no checksum of ours says what a head or a member was, and there a wrong value
 * would be worse than none.
 */
import type { WorkspaceId } from 'kith-shared'
import type { Database, DatabaseLog, Run } from './database.js'

/** Only so many rows are written in one transaction. */
const ROWS_AT_ONCE = 1_000

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** `data_corrupted`: what PostgreSQL says of such a page. */
export const isPageDamaged = (error: unknown): boolean => codeOf(error) === 'XX001'

const isDenied = (error: unknown): boolean => codeOf(error) === '42501'

/**
 * Writes the rows and snapshots of a workspace anew that lie on damaged pages. False where the role of
 * the connection may not read such pages (only a superuser, or who is granted `set` on the parameter
 * `ignore_checksum_failure`). Rejects as pg does.
 */
export const rewriteDamagedPages = async (
  database: Database,
  workspaceId: WorkspaceId,
  log: DatabaseLog,
): Promise<boolean> => {
  log.error({ workspaceId }, 'pages of the database are damaged: writing anew what lies on them')
  try {
    await database.withConnection(async (run) => {
      await run({ text: 'set ignore_checksum_failure = on' })
      await rewriteRows(database.run, run, workspaceId)
      await rewriteSnapshots(database.run, run, workspaceId)
    })
    return true
  } catch (error) {
    if (!isDenied(error)) throw error
    log.error({ workspaceId }, 'damaged pages can be read by a superuser of the database alone')
    return false
  }
}

/** `work`, once more where the rows that it reads lie on damaged pages. Rejects as it does. */
export const onGoodPages = async <T>(
  database: Database,
  workspaceId: WorkspaceId,
  log: DatabaseLog,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!isPageDamaged(error)) throw error
    if (!(await rewriteDamagedPages(database, workspaceId, log))) throw error
    return work()
  }
}

const rewriteRows = async (
  strictly: Run,
  leniently: Run,
  workspaceId: WorkspaceId,
): Promise<void> => {
  const [workspace] = await strictly<{ head: number }>({
    text: 'select head from workspaces where id = $1',
    values: [workspaceId],
  })
  for (let after = 0; after < (workspace?.head ?? 0); after += ROWS_AT_ONCE) {
    const values = [workspaceId, after, after + ROWS_AT_ONCE]
    const which = 'workspace_id = $1 and seq > $2 and seq <= $3'
    const text = `select count(sha256(update)) from journal where ${which}`
    if (await isReadable(strictly, text, values)) continue
    await leniently({
      text: `update journal set update = update || ''::bytea where ${which}`,
      values,
    })
  }
}

const rewriteSnapshots = async (
  strictly: Run,
  leniently: Run,
  workspaceId: WorkspaceId,
): Promise<void> => {
  const values = [workspaceId]
  const text = `select count(sha256(document)), count(sha256(document_index))
    from snapshots where workspace_id = $1`
  if (await isReadable(strictly, text, values)) return
  await leniently({
    text: `update snapshots set document = document || ''::bytea,
      document_index = document_index || ''::bytea where workspace_id = $1`,
    values,
  })
}

const isReadable = async (run: Run, text: string, values: unknown[]): Promise<boolean> => {
  try {
    await run({ text, values })
    return true
  } catch (error) {
    if (!isPageDamaged(error)) throw error
    return false
  }
}
