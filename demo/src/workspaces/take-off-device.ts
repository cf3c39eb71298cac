import { type ForgetResult, forgetWorkspace } from 'kith-client'
import { forgetNoteAuthors } from '../contact/note-authors.js'
import { forgetSeen } from '../digest/seen-store.js'
import { forgetDismissals } from '../duplicates/kept-dismissals.js'
import { forgetKnown } from './known-workspaces.js'

/** Deletes what this device holds of a workspace; what was never saved keeps it, unless discarded. */
export const takeOffDevice = async (
  userId: string,
  workspaceId: string,
  unsaved: 'keep' | 'discard',
): Promise<ForgetResult> => {
  const place = { url: location.origin, workspaceId, userId }
  const result = await forgetWorkspace(place, { unsaved })
  if (result.outcome === 'forgotten') {
    forgetKnown(userId, workspaceId)
    forgetSeen(userId, workspaceId)
    forgetNoteAuthors(userId, workspaceId)
    forgetDismissals(userId, workspaceId)
  }
  return result
}
