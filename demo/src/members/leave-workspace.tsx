import { useState } from 'react'
import { Confirm } from '../dialog/confirm.js'
import { failureWords } from '../directory/failure.js'
import { useFocusBack } from '../focus/use-focus-back.js'
import { useAccount } from '../session/account.js'

export interface LeaveWorkspaceProps {
  workspaceId: string
  name: string
  onLeft: () => void
}

export const LeaveWorkspace = ({ workspaceId, name, onLeft }: LeaveWorkspaceProps) => {
  const { session, directory } = useAccount()
  const [isSure, setSure] = useState(false)
  const leaver = useFocusBack(isSure)
  const [problem, setProblem] = useState('')
  const leave = async (): Promise<void> => {
    const answer = await directory.remove(workspaceId, session.userId)
    if (answer.outcome === 'done') return onLeft()
    setProblem(failureWords(answer.failure))
    setSure(false)
  }
  return (
    <section className="setting" aria-labelledby="leave-title">
      <h3 id="leave-title">Leave</h3>
      {isSure ? (
        <Confirm
          question={`Leave “${name}”? You need an invite to come back.`}
          act="Leave"
          onConfirm={leave}
          onCancel={() => setSure(false)}
        />
      ) : (
        <>
          {problem === '' && (
            <p className="quiet small">The others keep everything that you added.</p>
          )}
          {problem !== '' && (
            <p className="form-problem" role="alert">
              {problem}
            </p>
          )}
          <button type="button" className="button" ref={leaver} onClick={() => setSure(true)}>
            Leave this workspace…
          </button>
        </>
      )}
    </section>
  )
}
