import type { SyncStatus } from 'kith-client'
import { useSelf, useSyncStatus, useWorkspace } from 'kith-client/react'
import { useEffect, useState } from 'react'
import { saveCopy } from '../export/save-copy.js'
import { focusListByKey } from '../focus/focus-list.js'
import { saveUnsaved } from '../session/save-unsaved.js'
import { reloadIntoNewest } from '../shell.js'
import { goTo, WORKSPACES } from '../workspaces/place.js'
import { type Action, problemOf } from './problem-of.js'
import { RefusedChanges } from './refused-changes.js'

export interface ProblemsProps {
  /** The workspace's. */
  name: string
  onSignOut: () => void
}

/** What a person must know or do. It lies over the page, which stays usable and does not move. */
export const Problems = ({ name, onSignOut }: ProblemsProps) => {
  const status = useSyncStatus()
  const workspace = useWorkspace()
  const [dismissed, setDismissed] = useState('')
  useLeaveWarning(status)
  const wasMember = useSelf() !== undefined
  const problem = problemOf(status, { name, wasMember })
  if (!problem || problem.key === dismissed) return null
  const act = (action: Action): void => {
    if (action === 'retry') workspace?.connect()
    else if (action === 'sign-in' || action === 'sign-out') onSignOut()
    else if (action === 'workspaces') goTo(WORKSPACES)
    else if (action === 'save-unsaved' && workspace) saveUnsaved(workspace, name)
    else if (action === 'save-copy' && workspace) saveCopy(workspace, name)
    else if (action === 'reload') void reloadIntoNewest()
    else setDismissed(problem.key)
  }
  return (
    <section className="problem" role="alert" data-testid="problem" data-problem={problem.key}>
      <p>
        <strong>{problem.title}</strong> {problem.text}
      </p>
      {problem.key.startsWith('refused') && <RefusedChanges />}
      <div className="buttons">
        {problem.actions.map((action) => (
          <button
            type="button"
            className="button"
            key={action}
            onClick={(event) => {
              act(action)
              if (action === 'dismiss') focusListByKey(event)
            }}
          >
            {ACTION_NAMES[action]}
          </button>
        ))}
      </div>
    </section>
  )
}

const ACTION_NAMES = {
  retry: 'Try again',
  'sign-in': 'Sign in again',
  'sign-out': 'Sign in as somebody else',
  workspaces: 'My workspaces',
  'save-copy': 'Save a copy',
  'save-unsaved': 'Save my changes to a file',
  reload: 'Reload',
  dismiss: 'Got it',
} as const

/** The browser asks before a tab closes that alone holds changes. */
const useLeaveWarning = ({ pending, onDevice, storage }: SyncStatus): void => {
  const wouldLose = pending > 0 && (!onDevice || storage.kind === 'memory')
  useEffect(() => {
    if (!wouldLose) return
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [wouldLose])
}
