import type { WorkspaceOptions } from './api.js'
import type { StoreProblem } from './core/ports.js'
import { countOf } from './core/status.js'
import { forgetDatabase } from './edge/forget.js'
import { deviceName, workspaceUrl } from './edge/urls.js'
import { type UnsavedFile, unsavedFile } from './unsaved-file.js'

/** What came of `forgetWorkspace`. */
export type ForgetResult =
  /** Nothing of it is on this device any more. */
  | { outcome: 'forgotten' }
  /**
   * Nothing was deleted: `pending` distinct changes wait for a server, and `refused` ones are set
   * aside, as in `SyncStatus`. `file` has all of them, for their person to keep.
   */
  | { outcome: 'unsaved'; pending: number; refused: number; file: UnsavedFile }
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
  const { edits, committed } = forgetting
  const pending = edits.filter(({ refused }) => refused === undefined)
  return {
    outcome: 'unsaved',
    pending: countOf(pending),
    refused: edits.length - pending.length,
    file: unsavedFile({
      server: workspaceUrl(url, workspaceId),
      workspaceId,
      userId,
      exportedAt: new Date().toISOString(),
      committed,
      edits,
    }),
  }
}
