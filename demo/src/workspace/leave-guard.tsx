import { useSyncStatus, useWorkspace } from 'kith-client/react'
import { Download } from 'lucide-react'
import { useEffect } from 'react'
import { Dialog } from '../dialog/dialog.js'
import { useAccount } from '../session/account.js'
import { hold } from '../session/held.js'
import { saveUnsaved } from '../session/save-unsaved.js'
import { unsavedWords } from '../session/unsaved-words.js'
import { knownName } from '../workspaces/known-workspaces.js'
import { replacePlace, usePlace } from '../workspaces/place.js'
import { hashOf } from './route.js'

/**
 * Where the browser keeps nothing, edits end with their workspace: whoever leaves it for another
 * page of the app is asked first. Once they are saved the way is free.
 */
export const LeaveGuard = () => {
  const status = useSyncStatus()
  const wouldLose = status.pending > 0 && status.storage.kind === 'memory'
  const isLeaving = usePlace().view !== 'workspace'
  useEffect(() => {
    hold(wouldLose)
    return () => hold(false)
  }, [wouldLose])
  const workspace = useWorkspace()
  const { session } = useAccount()
  if (!wouldLose || !isLeaving || !workspace) return null
  const stay = (): void => replacePlace(hashOf({ view: 'contacts', contactId: undefined }))
  const save = (): void => saveUnsaved(workspace, knownName(session.userId, workspace.id))
  return (
    <Dialog title="Leave this workspace?" onClose={stay}>
      <p>{unsavedWords(status, 'leave')}</p>
      <button type="button" className="button file" onClick={save}>
        <Download aria-hidden="true" size={16} />
        Save to a file
      </button>
      <div className="buttons end">
        <button type="button" className="button danger" onClick={() => hold(false)}>
          Leave without them
        </button>
        <button type="button" className="button primary" onClick={stay}>
          Stay
        </button>
      </div>
    </Dialog>
  )
}
