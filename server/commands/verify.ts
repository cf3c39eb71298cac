/** `verify`: reads everything, sets apart what is damaged, and says so. */
import { isPageDamaged, onGoodPages } from '../edge/damaged-pages.js'
import type { Database } from '../edge/database.js'
import { Documents } from '../edge/documents.js'
import { readQuarantine, type StoredWorkspace } from '../edge/history.js'
import { type Damage, Mender } from '../mender.js'
import { type Verified, verifyWorkspace } from '../verification.js'
import type { Console } from './console.js'
import { newClientId, silent } from './open.js'

/** False where anything is damaged, or lies in the quarantine. */
export const verify = async (
  database: Database,
  console: Console,
  workspaces: readonly StoredWorkspace[],
  isDryRun: boolean,
): Promise<boolean> => {
  const documents = new Documents()
  const metrics = { quarantined: () => undefined }
  const mender = new Mender({ database, documents, log: silent, metrics, newClientId })
  let damaged = 0
  try {
    for (const [at, workspace] of workspaces.entries()) {
      const place = `${at + 1} of ${workspaces.length}, ${workspace.id}`
      const read = () =>
        verifyWorkspace(database.run, workspace.id, workspace.head, ({ rows, snapshots }) =>
          console.progress(`${place}: ${rows} rows, ${snapshots} snapshots`),
        )
      const verified = await readPages(database, workspace, isDryRun, read)
      if (!verified) {
        console.print(`${workspace.id}: DAMAGED, ${PAGES}`)
        damaged++
        continue
      }
      const repairs = isDryRun ? [] : await setApart(mender, workspace, verified)
      if (!(await report(database, console, workspace, verified, repairs))) damaged++
    }
  } finally {
    await documents.close()
  }
  return damaged === 0
}

const PAGES = 'it lies on pages that do not match the checksums of PostgreSQL'

/** Undefined where that can't be read, or is not to be written anew. */
const readPages = async (
  database: Database,
  { id }: StoredWorkspace,
  isDryRun: boolean,
  read: () => Promise<Verified>,
): Promise<Verified | undefined> => {
  try {
    return await (isDryRun ? read() : onGoodPages(database, id, silent, read))
  } catch (error) {
    if (!isPageDamaged(error)) throw error
    return undefined
  }
}

/** What opening the workspace would do, and the same for what is no longer needed to open it. */
const setApart = async (
  mender: Mender,
  { id }: StoredWorkspace,
  { problems }: Verified,
): Promise<string[]> => {
  const moved: Damage[] = []
  for (const { what, epoch, seq } of problems) {
    if (what !== 'document' && what !== 'index') continue
    moved.push(...(await mender.checkSnapshot(id, epoch, seq)).moved)
  }
  const lines: string[] = []
  for (const seq of [...rowsOf(problems), undefined]) {
    const mended = await mender.mend(id, seq)
    if ('moved' in mended) moved.push(...mended.moved)
    if (mended.outcome === 'renewed') {
      lines.push(`rows ${mended.lost.join(', ')} are lost: a new epoch begins with what is left`)
    }
  }
  return [...moved.map(({ what, seq }) => `moved to the quarantine: ${what} ${seq}`), ...lines]
}

const rowsOf = (problems: Verified['problems']): number[] =>
  problems.filter(({ what }) => what === 'row').map(({ seq }) => seq)

const report = async (
  database: Database,
  { print }: Console,
  { id }: StoredWorkspace,
  { rows, snapshots, epochs, problems }: Verified,
  repairs: readonly string[],
): Promise<boolean> => {
  const quarantine = await readQuarantine(database.run, id)
  const isGood = problems.length === 0 && quarantine.length === 0
  const state = isGood ? 'good' : 'DAMAGED'
  print(`${id}: ${state}, ${rows} rows, ${snapshots} snapshots, ${epochs} epochs`)
  for (const { text } of problems) print(`  ${text}`)
  for (const line of repairs) print(`  ${line}`)
  for (const { what, epoch, seq, foundAt, reason, authorId } of quarantine) {
    const author = authorId === null ? '' : `, by ${authorId}`
    const why = reason === 'checksum' ? 'damaged' : 'builds on what is damaged'
    const since = new Date(foundAt).toISOString()
    print(`  in quarantine: ${what} ${seq} of epoch ${epoch}${author}, ${why}, since ${since}`)
  }
  return isGood
}
