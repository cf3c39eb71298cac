import type { Workspace } from 'kith-client'
import { useSyncStatus, useWorkspace } from 'kith-client/react'
import { Download } from 'lucide-react'
import { type ReactNode, useCallback, useState } from 'react'
import { Dialog } from '../dialog/dialog.js'
import { knownName } from '../workspaces/known-workspaces.js'
import { takeOffDevice } from '../workspaces/take-off-device.js'
import { SignOutGuard, useAccount } from './account.js'
import { saveUnsaved } from './save-unsaved.js'
import { unsavedWords } from './unsaved-words.js'

/** Signs out at once where all is saved; otherwise asks first, and offers what is not as a file. */
export const SignOutDesk = ({ children }: { children: ReactNode }) => {
  const { signOut } = useAccount()
  const workspace = useWorkspace()
  const [isAsking, setAsking] = useState(false)
  const ask = useCallback(() => {
    const { pending, refused } = workspace?.status() ?? { pending: 0, refused: 0 }
    if (pending + refused === 0) signOut()
    else setAsking(true)
  }, [workspace, signOut])
  return (
    <>
      <SignOutGuard onSignOut={ask}>{children}</SignOutGuard>
      {isAsking && workspace && (
        <SignOutDialog workspace={workspace} onClose={() => setAsking(false)} />
      )}
    </>
  )
}

interface SignOutDialogProps {
  workspace: Workspace
  onClose: () => void
}

const SignOutDialog = ({ workspace, onClose }: SignOutDialogProps) => {
  const status = useSyncStatus()
  const { session, signOut } = useAccount()
  const [isSure, setSure] = useState(false)
  const [isLeftHere, setLeftHere] = useState(false)
  const name = knownName(session.userId, workspace.id)
  const isAllSaved = status.pending + status.refused === 0
  const them = status.pending + status.refused === 1 ? 'it' : 'them'
  const takeOff = async (): Promise<void> => {
    if (!isSure) return setSure(true)
    await workspace.close()
    const { outcome } = await takeOffDevice(session.userId, workspace.id, 'discard')
    if (outcome === 'forgotten') signOut()
    else setLeftHere(true)
  }
  if (isLeftHere) {
    return (
      <Dialog title="Sign out?" onClose={signOut}>
        <p role="alert">This browser did not delete “{name}”. It is still on this device.</p>
        <div className="buttons end">
          <button type="button" className="button primary" onClick={signOut}>
            Sign out
          </button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title="Sign out?" onClose={onClose}>
      <p data-testid="unsaved-words">
        {isAllSaved ? 'All your changes are on the server by now.' : unsavedWords(status)}
      </p>
      {!isAllSaved && (
        <button type="button" className="button file" onClick={() => saveUnsaved(workspace, name)}>
          <Download aria-hidden="true" size={16} />
          Save {them} to a file
        </button>
      )}
      <div className="buttons end">
        {!isAllSaved && (
          <button type="button" className="button danger" onClick={() => void takeOff()}>
            {isSure ? `Delete ${them} for good` : `Sign out and delete ${them}`}
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="button primary" onClick={signOut}>
          Sign out
        </button>
      </div>
    </Dialog>
  )
}
