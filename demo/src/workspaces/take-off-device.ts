import { type ForgetResult, forgetWorkspace } from 'kith-client'
import { forgetNoteAuthors } from '../contact/note-authors.js'
import { forgetSeen } from '../digest/seen-store.js'
import { forgetDismissals } from '../duplicates/kept-dismissals.js'
import { forgetChangedTimes } from '../list/changed-times.js'
import { forgetFilters } from '../list/kept-filters.js'
import { forgetKnown } from './known-workspaces.js'

/** Deletes what this device holds of a workspace; what was never saved keeps it, unless discarded. */
export const takeOffDevice = async (
  userId: string,
  workspaceId: string,
  unsaved: 'keep' | 'discard',
): Promise<ForgetResult> => {
  const place = { url: location.origin, workspaceId, userId }
  const result = await forgetWorkspace(place, { unsaved })
  if (result.outcome === 'forgotten') forgetKept(userId, workspaceId)
  return result
}

/** What lies beside the documents: in the browser's small storage, under keys of each part's own. */
export const forgetKept = (userId: string, workspaceId: string): void => {
  for (const forget of KEPT) forget(userId, workspaceId)
}

const KEPT = [
  forgetKnown,
  forgetSeen,
  forgetNoteAuthors,
  forgetDismissals,
  forgetFilters,
  forgetChangedTimes,
] as const
