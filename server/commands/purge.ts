/** `purge`: deleted contacts and notes go for good, by a new epoch. */
import { purge as purged } from '../core/purge.js'
import type { Database } from '../edge/database.js'
import { forgetNoteAuthors } from '../edge/note-authors.js'
import { stateAt } from '../past.js'
import { CommandError } from './command-error.js'
import type { Console } from './console.js'
import { beginEpoch, record } from './new-epoch.js'
import { existing, newClientId } from './open.js'

export const purge = async (
  database: Database,
  { print, progress }: Console,
  id: string | undefined,
  isSure: boolean,
): Promise<void> => {
  const workspace = await existing(database, id)
  progress(`${workspace.id}: reading it`)
  const present = await stateAt(database.run, workspace.id, 'present')
  if (present.outcome === 'gone') throw new CommandError(`${workspace.id}: ${present.problem}`)
  const planned = purged(present.document, newClientId())
  const counts = (made: typeof planned) =>
    `${made?.contacts} contacts and ${made?.notes.length} notes`
  if (!planned || planned.contacts + planned.notes.length === 0) {
    print(`${workspace.id}: nothing is deleted`)
    return
  }
  if (!isSure) {
    throw new CommandError(`${workspace.id}: ${counts(planned)} would go for good; say --yes`, 2)
  }
  let made = planned
  const { epoch } = await beginEpoch(database, workspace.id, 'purge', (closing, clientId) => {
    const now = purged(closing, clientId)
    if (now) made = now
    return now?.opening
  })
  const { contacts, notes } = made
  await forgetNoteAuthors(database.run, workspace.id, notes)
  await record(database, workspace.id, 'workspace-purged', {
    contacts,
    notes: notes.length,
    epoch,
  })
  print(`${workspace.id}: ${counts(made)} are gone, from epoch ${epoch} on`)
}
