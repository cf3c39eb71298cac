import type { WorkspaceOptions } from './api.js'
import type { StoreProblem } from './core/ports.js'
import { countOf } from './core/status.js'
import { forgetDatabase } from './edge/forget.js'
import { deviceName } from './edge/urls.js'

export type ForgetResult =
  /** Nothing of it is on this device any more. */
  | { outcome: 'forgotten' }
  /**
   * Nothing was deleted: `pending` distinct changes wait for a server, and `refused` ones are set
   * aside, as in `SyncStatus`.
   */
  | { outcome: 'unsaved'; pending: number; refused: number }
  /** The browser does not let us. */
  | { outcome: 'failed'; reason: StoreProblem }

/**
 * Deletes what this device keeps of a workspace for one user: for who left it, deleted it, or signs
 * out for good. Close it first; a tab that has it open goes on, and keeps anew what it gets from
 * then on. The server is not asked. Never rejects.
 *
 * @param unsaved what becomes of changes that no server has; by default they are kept, and with
 *   them everything
 */
export const forgetWorkspace = async (
  { url, workspaceId, userId }: Pick<WorkspaceOptions, 'url' | 'workspaceId' | 'userId'>,
  { unsaved = 'keep' }: { unsaved?: 'keep' | 'discard' } = {},
): Promise<ForgetResult> => {
  const forgetting = await forgetDatabase(deviceName({ url, workspaceId, userId }), unsaved)
  if (forgetting.outcome === 'failed') return { outcome: 'failed', reason: forgetting.reason }
  if (forgetting.outcome === 'forgotten') return forgetting
  const { edits } = forgetting
  const pending = edits.filter(({ refused }) => refused === undefined)
  return {
    outcome: 'unsaved',
    pending: countOf(pending),
    refused: edits.length - pending.length,
  }
}
