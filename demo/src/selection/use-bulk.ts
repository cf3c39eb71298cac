import { useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { useCallback } from 'react'
import { errorText } from '../contact/text-field.js'
import { useToast } from '../toast/toast.js'
import { shortName } from '../toast/undo-words.js'
import { useUndoable } from '../toast/use-undoable.js'
import { type BulkEdit, bulkWords, editAll } from './bulk.js'

/** Does something to many contacts as one step, and says so, with the way back. */
export const useBulk = (): ((ids: ReadonlySet<ContactId>, edit: BulkEdit) => void) => {
  const workspace = useWorkspace()
  const undoable = useUndoable()
  const toast = useToast()
  return useCallback(
    (ids, edit) => {
      if (!workspace || ids.size === 0) return
      const [only] = ids.size === 1 ? ids : []
      const name = only && shortName(workspace.contacts.contact(only)?.name ?? '')
      try {
        undoable(bulkWords(edit, ids.size, name), () => editAll(workspace, ids, edit))
      } catch (error) {
        toast({ text: errorText(error instanceof Error ? error : new Error(String(error))) })
      }
    },
    [workspace, undoable, toast],
  )
}
