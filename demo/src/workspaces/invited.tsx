import { Avatar } from 'kith-client/react'
import { useState } from 'react'
import type { WorkspaceEntry } from '../directory/directory-answers.js'
import { type Failure, failureWords } from '../directory/failure.js'
import { useAccount } from '../session/account.js'
import { useToast } from '../toast/toast.js'
import { hashOf } from '../workspace/route.js'
import { rememberName, rememberWorkspace } from './known-workspaces.js'
import { inviteHash, NO_INVITE, replacePlace, WORKSPACES } from './place.js'
import { withArticle } from './role-words.js'

/** Where an invite link leads. The code leaves the address as soon as it has served, or never will. */
export const Invited = ({ code }: { code: string }) => {
  const { session, directory, open, signOut } = useAccount()
  const [failure, setFailure] = useState<Failure>()
  const [asking, setAsking] = useState(false)
  const toast = useToast()
  const enter = (workspace: WorkspaceEntry): void => {
    rememberWorkspace(session.userId, workspace)
    rememberName(session.userId, workspace.id, workspace.name)
    open(workspace.id)
    replacePlace(hashOf({ view: 'contacts', contactId: undefined }))
    toast({ text: `You are in “${workspace.name}” as ${withArticle(workspace.role)}` })
  }
  const join = async (): Promise<void> => {
    if (asking) return
    setAsking(true)
    const answer = await directory.join(code)
    setAsking(false)
    if (answer.outcome === 'done') enter(answer.value)
    else if (answer.failure.reason === 'absent') replacePlace(NO_INVITE)
    else setFailure(answer.failure)
  }
  const isOver = code === ''
  return (
    <main className="sign-in" aria-labelledby="invited-title">
      <img className="sign-in-mark" src="/icon.svg" alt="" width="56" height="56" />
      <h1 id="invited-title">{isOver ? 'This invite is no longer open' : 'You are invited'}</h1>
      <p className="quiet invited-text" role="status">
        {isOver
          ? 'The link has expired, was withdrawn, or was not copied whole. Ask whoever sent it for a new one.'
          : 'Somebody shares a workspace of contacts with you.'}
      </p>
      <div className="invited-actions">
        {!isOver && (
          <button
            type="button"
            className="button primary wide"
            aria-disabled={asking}
            onClick={() => void join()}
          >
            <Avatar id={session.userId} name={session.name} size={22} />
            {asking ? 'Joining…' : `Join as ${session.name}`}
          </button>
        )}
        <button type="button" className="button wide" onClick={() => replacePlace(WORKSPACES)}>
          {isOver ? 'My workspaces' : 'Not now'}
        </button>
        {!isOver && (
          <button type="button" className="link-button" onClick={() => keepCode(signOut, code)}>
            Sign in as somebody else
          </button>
        )}
        <p className="form-problem" role="alert">
          {failure && failureWords(failure)}
        </p>
      </div>
    </main>
  )
}

/** Signing out empties the address; who comes next is to find the invite there. */
const keepCode = (signOut: () => void, code: string): void => {
  signOut()
  replacePlace(inviteHash(code))
}
