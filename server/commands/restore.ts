/** `restore`: what a workspace held at a past moment begins a new epoch. The history stays. */
import { openingOf } from '../core/renewal.js'
import type { Database } from '../edge/database.js'
import { readLives } from '../edge/history.js'
import { type Moment, stateAt } from '../past.js'
import { CommandError } from './command-error.js'
import type { Console } from './console.js'
import { beginEpoch, record } from './new-epoch.js'
import { existing } from './open.js'

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** A row's number, or a time as ISO 8601 writes it (UTC, unless it says otherwise). */
export const momentOf = (text: string | undefined, now: number): Exclude<Moment, 'present'> => {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return { seq: Number(text) }
  const zoned = text !== undefined && /T.*(Z|[+-]\d\d:\d\d)$/.test(text)
  const time = text?.includes('T') && !zoned ? Date.parse(`${text}Z`) : Date.parse(text ?? '')
  if (text === undefined || !ISO.test(text) || Number.isNaN(time)) {
    throw new CommandError(
      '--at: give the number of a row, or a time such as 2026-03-01T12:00:00Z',
      2,
    )
  }
  if (time > now) throw new CommandError(`--at: ${text} lies in the future`, 2)
  return { time }
}

export const restore = async (
  database: Database,
  { print, progress }: Console,
  id: string | undefined,
  at: string | undefined,
): Promise<void> => {
  const moment = momentOf(at, Date.now())
  const workspace = await existing(database, id)
  progress(`${workspace.id}: reading its history`)
  const past = await stateAt(database.run, workspace.id, moment)
  if (past.outcome === 'gone') throw new CommandError(`${workspace.id}: ${past.problem}`)
  const { epoch } = await beginEpoch(database, workspace.id, 'restore', (_, clientId) =>
    openingOf(past.document, clientId),
  )
  await record(database, workspace.id, 'workspace-restored', { to: past.seq, epoch })
  print(`${workspace.id}: as it was behind row ${past.seq}, from epoch ${epoch} on`)
  const lives = await readLives(database.run, workspace.id)
  const begun = lives.find((life) => life.epoch === epoch)?.start?.beganAt
  if (begun === undefined) return
  print(`to undo this: restore ${workspace.id} --at ${new Date(begun - 1).toISOString()}`)
}
