import { useState } from 'react'
import { useAccount } from '../session/account.js'
import { Confirm } from '../workspaces/confirm.js'
import type { Newsroom } from '../workspaces/news.js'

export interface LeaveWorkspaceProps extends Pick<Newsroom, 'failed'> {
  workspaceId: string
  name: string
  onLeft: () => void
}

export const LeaveWorkspace = ({ workspaceId, name, onLeft, failed }: LeaveWorkspaceProps) => {
  const { session, directory } = useAccount()
  const [isSure, setSure] = useState(false)
  const leave = async (): Promise<void> => {
    const answer = await directory.remove(workspaceId, session.userId)
    if (answer.outcome === 'done') return onLeft()
    failed(answer.failure)
    setSure(false)
  }
  return (
    <section className="setting" aria-labelledby="leave-title">
      <h3 id="leave-title">Leave</h3>
      {isSure ? (
        <Confirm
          question={`Leave “${name}”? You need a new invite to come back.`}
          act="Leave"
          onConfirm={leave}
          onCancel={() => setSure(false)}
        />
      ) : (
        <>
          <p className="quiet small">The others keep everything that you added.</p>
          <button type="button" className="button" onClick={() => setSure(true)}>
            Leave this workspace…
          </button>
        </>
      )}
    </section>
  )
}
