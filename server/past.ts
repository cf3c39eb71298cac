/** What a workspace held at a moment of its history: a snapshot of that epoch, and the rows after it. */
import type { Epoch, Seq, WorkspaceId } from 'kith-shared'
import { compact } from './core/documents.js'
import type { Run } from './edge/database.js'
import {
  findWorkspace,
  type Life,
  lastRowAt,
  listSnapshots,
  oldestRow,
  readLives,
  readSnapshotAt,
  readStoredRows,
  type StoredRow,
} from './edge/history.js'

/** Behind a row; or a time, in milliseconds since 1970. */
export type Moment = { seq: Seq } | { time: number } | 'present'

export type PastState =
  | { outcome: 'state'; epoch: Epoch; seq: Seq; document: Uint8Array }
  /** Its `problem` is one line for people. */
  | { outcome: 'gone'; problem: string }

const gone = (problem: string): PastState => ({ outcome: 'gone', problem })

/** Rejects as pg does. */
export const stateAt = async (
  run: Run,
  workspaceId: WorkspaceId,
  moment: Moment,
): Promise<PastState> => {
  const workspace = await findWorkspace(run, workspaceId)
  if (!workspace) return gone('there is no such workspace')
  if (moment !== 'present' && 'time' in moment && moment.time < workspace.createdAt) {
    return gone(`it did not exist before ${new Date(workspace.createdAt).toISOString()}`)
  }
  if (moment !== 'present' && 'seq' in moment && moment.seq > workspace.head) {
    return gone(`its journal ends with row ${workspace.head}`)
  }
  const lives = await readLives(run, workspaceId)
  const life = moment === 'present' ? lives.at(-1) : lifeAt(lives, moment)
  if (!life) return gone('its epochs are not known')
  if (moment === 'present') return stateOf(run, workspaceId, life, workspace.head)
  if ('seq' in moment) return stateOf(run, workspaceId, life, moment.seq)
  const seq = await lastRowAt(run, workspaceId, life.epoch, moment.time)
  if (seq !== undefined) return stateOf(run, workspaceId, life, seq)
  // Before its first row: as it began, unless its first rows have gone.
  const endSeq = lives[lives.indexOf(life) + 1]?.startSeq ?? workspace.head
  const isBeginning = endSeq === life.startSeq || (await hasRow(run, workspaceId, life))
  if (isBeginning) return stateOf(run, workspaceId, life, life.startSeq)
  return goneBefore(run, workspaceId, life.startSeq + 1)
}

/** At the end of an epoch a row is its own, and a time the next one's. */
const lifeAt = (lives: readonly Life[], moment: Exclude<Moment, 'present'>): Life | undefined => {
  const begun = lives.filter((life) =>
    'seq' in moment
      ? life.startSeq < moment.seq
      : (life.start?.beganAt ?? Number.NEGATIVE_INFINITY) <= moment.time,
  )
  return begun.at(-1) ?? lives[0]
}

/** Whether its first row is there. */
const hasRow = async (run: Run, id: WorkspaceId, { epoch, startSeq }: Life): Promise<boolean> => {
  for await (const _ of readStoredRows(run, id, epoch, startSeq, startSeq + 1)) return true
  return false
}

const stateOf = async (
  run: Run,
  workspaceId: WorkspaceId,
  life: Life,
  seq: Seq,
): Promise<PastState> => {
  const base = await baseAt(run, workspaceId, life, seq)
  const after = base?.seq ?? 0
  const rows: StoredRow[] = []
  for await (const row of readStoredRows(run, workspaceId, life.epoch, after, seq)) {
    if (row.seq !== after + rows.length + 1) break
    if (!row.isGood) return gone(`row ${row.seq} is damaged`)
    rows.push(row)
  }
  const isWhole =
    after + rows.length === seq && (base || (await beginsHere(run, workspaceId, life)))
  if (!isWhole) return goneBefore(run, workspaceId, after + rows.length + 1)
  const state = compact(base?.document, rows)
  if (!state) return gone(`the rows through ${seq} do not follow each other`)
  return { outcome: 'state', epoch: life.epoch, seq, document: state.document }
}

/** The newest good one at or before `seq`. */
const baseAt = async (run: Run, workspaceId: WorkspaceId, { epoch }: Life, seq: Seq) => {
  for (const snapshot of await listSnapshots(run, workspaceId, epoch)) {
    if (snapshot.seq > seq) continue
    const read = await readSnapshotAt(run, workspaceId, epoch, snapshot.seq)
    if (read?.isDocumentGood) return read
  }
  return undefined
}

/** Whether the workspace's first row is still there, or there never was one: it began empty. */
const beginsHere = async (run: Run, workspaceId: WorkspaceId, life: Life): Promise<boolean> => {
  if (life.start) return false
  const oldest = await oldestRow(run, workspaceId)
  if (oldest) return oldest.seq === 1
  return (await findWorkspace(run, workspaceId))?.head === 0
}

const goneBefore = async (run: Run, workspaceId: WorkspaceId, missing: Seq): Promise<PastState> => {
  const oldest = await oldestRow(run, workspaceId)
  const since = oldest
    ? `, its oldest row is ${oldest.seq}, of ${new Date(oldest.committedAt).toISOString()}`
    : ''
  return gone(`the history does not hold that moment: row ${missing} is not there${since}`)
}
