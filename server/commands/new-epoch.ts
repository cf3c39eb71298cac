/** Begins an epoch with what a command made of the present state. */
import type { ClientId, Epoch, Seq, WorkspaceId } from 'kith-shared'
import { readIndex } from '../core/documents.js'
import type { EpochReason } from '../core/ports.js'
import type { Database } from '../edge/database.js'
import { createEpochs } from '../edge/epochs.js'
import { findWorkspace } from '../edge/history.js'
import { stateAt } from '../past.js'
import { untilTaken } from '../until-taken.js'
import { CommandError } from './command-error.js'
import { newClientId, silent } from './open.js'

type Opening = { document: Uint8Array; index: Uint8Array } | undefined

/**
 * In one transaction, whoever else writes; live servers hear of it. `make` gives the opening state,
 * under `clientId`, for the closing one. Rejects with `CommandError`, and as pg does.
 */
export const beginEpoch = (
  database: Database,
  workspaceId: WorkspaceId,
  reason: EpochReason,
  make: (closing: Uint8Array, clientId: ClientId) => Opening,
): Promise<{ epoch: Epoch; seq: Seq }> =>
  untilTaken(database, workspaceId, async (run) => {
    const workspace = await findWorkspace(run, workspaceId)
    if (!workspace) throw new CommandError(`${workspaceId}: there is no such workspace`)
    const { epoch, head } = workspace
    const present = await stateAt(run, workspaceId, 'present')
    // Somebody may have begun an epoch between the two reads.
    const isSame = present.outcome === 'state' && present.epoch === epoch && present.seq === head
    if (present.outcome === 'state' && !isSame) return 'stale'
    if (present.outcome === 'gone') {
      throw new CommandError(`${workspaceId}: ${present.problem}; verify it first`)
    }
    const clientId = newClientId()
    const indexed = readIndex(present.document)
    const opening = make(present.document, clientId)
    if (!indexed || !opening) throw new CommandError(`${workspaceId}: damaged; verify it first`)
    const epochs = createEpochs({ ...database, run }, silent)
    const begun = await epochs.begin({
      workspaceId,
      epoch,
      head,
      closing: { document: present.document, index: indexed.index },
      opening: { ...opening, clientId },
      reason,
    })
    if (begun.outcome === 'stale') return 'stale'
    if (begun.outcome !== 'begun') throw new CommandError('the database went away: try again')
    return { epoch: begun.epoch, seq: head }
  })

/** Who acts at the terminal is known to nobody; that somebody did is. */
export const record = async (
  database: Database,
  workspaceId: WorkspaceId,
  event: 'workspace-restored' | 'workspace-purged' | 'workspace-imported',
  detail: object,
): Promise<void> => {
  await database.run({
    text: 'select audit_change($1, $2, null, null, $3::jsonb)',
    values: [event, workspaceId, JSON.stringify(detail)],
  })
}
