/** `renew`: begins an epoch with equal values, as a restored backup should. */
import type { WorkspaceId } from 'kith-shared'
import { openingOf } from '../core/renewal.js'
import type { Database } from '../edge/database.js'
import { CommandError } from './command-error.js'
import type { Console } from './console.js'
import { beginEpoch } from './new-epoch.js'

export const renew = async (
  database: Database,
  { print, progress }: Console,
  ids: readonly WorkspaceId[],
): Promise<void> => {
  const problems: string[] = []
  for (const [at, id] of ids.entries()) {
    try {
      const { epoch, seq } = await beginEpoch(database, id, 'renewal', openingOf)
      print(`${id}: epoch ${epoch} begins behind row ${seq}`)
    } catch (error) {
      // One that is damaged holds up no other.
      if (!(error instanceof CommandError)) throw error
      problems.push(error.message)
    }
    progress(`${at + 1} of ${ids.length} workspaces`)
  }
  if (problems.length > 0) throw new CommandError(problems.join('\n'))
}
