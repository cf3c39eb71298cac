/** Begins the next epoch of a workspace: reads what is committed, has it written anew, hands it in. */
import { randomInt } from 'node:crypto'
import type { Epoch, Seq, WorkspaceId } from 'kith-shared'
import type { Epochs, Journal } from './core/ports.js'
import type { Documents } from './edge/documents.js'
import type { Log } from './edge/log.js'
import type { Metrics } from './edge/metrics.js'
import { reach } from './edge/points.js'
import { stateThrough } from './snapshots.js'

/** Yjs client ids are numbers of 32 bits. */
const CLIENT_IDS = 2 ** 32

export interface RenewalPorts {
  journal: Journal
  epochs: Epochs
  documents: Pick<Documents, 'renew'>
  log: Log
  metrics: Pick<Metrics, 'epochBegun'>
}

/**
 * Ends `epoch` with what holds through `through`. `stale` where the journal is further; `failed` also
 * where its outcome is unknown. Rejects with what the journal or the worker threw.
 */
export const renewWorkspace = async (
  { journal, epochs, documents, log, metrics }: RenewalPorts,
  workspaceId: WorkspaceId,
  epoch: Epoch,
  through: Seq,
): Promise<'begun' | 'stale' | 'failed'> => {
  reach('renew')
  const state = await stateThrough(journal, workspaceId, through)
  if (!state) return 'failed'
  if (state.epoch !== epoch) return 'stale'
  const renewal = await documents.renew(state.document, state.rows, randomInt(CLIENT_IDS))
  if (!renewal) {
    log.error({ workspaceId }, 'an epoch could not be made of what is stored')
    return 'failed'
  }
  reach('renew-built')
  const next = { workspaceId, epoch, head: through, ...renewal, reason: 'renewal' } as const
  const begun = await epochs.begin(next)
  reach('renewed')
  if (begun.outcome !== 'begun') return begun.outcome === 'away' ? 'failed' : 'stale'
  const [before, after] = [renewal.closing, renewal.opening].map(({ document }) => document.length)
  log.info({ workspaceId, epoch: begun.epoch, seq: through, before, after }, 'an epoch has begun')
  metrics.epochBegun()
  return 'begun'
}
