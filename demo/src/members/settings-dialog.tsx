import { useSelf, useWorkspace } from 'kith-client/react'
import { type FormEvent, useState } from 'react'
import { Dialog } from '../dialog/dialog.js'
import { OutcomeLine, type Outcomes, useOutcomes } from '../dialog/outcome.js'
import { useAccount } from '../session/account.js'
import { useToast } from '../toast/toast.js'
import { dropKnown, forgetKnown } from '../workspaces/known-workspaces.js'
import { replacePlace, WORKSPACES } from '../workspaces/place.js'
import { withArticle, YOU_CAN } from '../workspaces/role-words.js'
import { takeOffDevice } from '../workspaces/take-off-device.js'
import { nameProblem } from '../workspaces/workspace-name.js'
import { DeleteWorkspace } from './delete-workspace.js'
import { LeaveWorkspace } from './leave-workspace.js'

export interface SettingsDialogProps {
  workspaceId: string
  name: string
  onClose: () => void
}

/** An owner renames and deletes; everybody can leave. */
export const SettingsDialog = ({ workspaceId, name, onClose }: SettingsDialogProps) => {
  const { session, open } = useAccount()
  const role = useSelf()?.role
  const outcomes = useOutcomes()
  const toast = useToast()
  const workspace = useWorkspace()
  const gone = (text: string, unsaved: 'keep' | 'discard'): void => {
    const { pending, refused } = workspace?.status() ?? { pending: 0, refused: 0 }
    const isKept = unsaved === 'keep' && pending + refused > 0
    const takeOff = isKept ? dropKnown : forgetKnown
    takeOff(session.userId, workspaceId)
    open(undefined)
    replacePlace(WORKSPACES)
    toast({ text })
    if (isKept) return
    // Closing writes what is not written yet.
    void workspace?.close().then(() => takeOffDevice(session.userId, workspaceId, unsaved))
  }
  return (
    <Dialog title="Workspace settings" onClose={onClose}>
      {role === 'owner' && <OutcomeLine outcome={outcomes.last} />}
      {role === 'owner' ? (
        <Rename workspaceId={workspaceId} name={name} outcomes={outcomes} />
      ) : (
        <p className="own-role">
          <strong>{name}</strong>
          {role && (
            <span className="quiet">
              You are {withArticle(role)} here: {YOU_CAN[role]}.
            </span>
          )}
        </p>
      )}
      <LeaveWorkspace
        workspaceId={workspaceId}
        name={name}
        onLeft={() => gone(`You left “${name}”`, 'keep')}
      />
      {role === 'owner' && (
        <DeleteWorkspace
          workspaceId={workspaceId}
          name={name}
          onDeleted={() => gone(`“${name}” is deleted`, 'discard')}
        />
      )}
    </Dialog>
  )
}

interface RenameProps {
  workspaceId: string
  name: string
  outcomes: Outcomes
}

const Rename = ({ workspaceId, name, outcomes }: RenameProps) => {
  const { directory } = useAccount()
  const [wanted, setWanted] = useState(name)
  const [problem, setProblem] = useState('')
  const [asking, setAsking] = useState(false)
  const isIdle = asking || wanted.trim() === name
  const rename = async (): Promise<void> => {
    if (isIdle) return
    const wrong = nameProblem(wanted)
    setProblem(wrong ?? '')
    if (wrong !== undefined) return
    setAsking(true)
    const answer = await directory.rename(workspaceId, wanted.trim())
    setAsking(false)
    if (answer.outcome === 'failed') return outcomes.failed(answer.failure)
    outcomes.done(`It is called “${answer.value.name}” now`)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void rename()
  }
  return (
    <form className="rename" onSubmit={submit} aria-label="Rename the workspace">
      <label className="labelled">
        <span>Name</span>
        <input
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          aria-describedby="rename-problem"
          autoComplete="off"
        />
      </label>
      <button type="submit" className="button" aria-disabled={isIdle}>
        Rename
      </button>
      {problem !== '' && (
        <p className="form-problem" id="rename-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}
