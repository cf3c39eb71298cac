import { type FormEvent, useState } from 'react'
import { useAccount } from '../session/account.js'
import type { Newsroom } from '../workspaces/news.js'

export interface DeleteWorkspaceProps extends Pick<Newsroom, 'failed'> {
  workspaceId: string
  name: string
  onDeleted: () => void
}

/** Asks for the name, so that nobody does it by a slip of the hand. */
export const DeleteWorkspace = (props: DeleteWorkspaceProps) => {
  const { workspaceId, name, onDeleted, failed } = props
  const { directory } = useAccount()
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [asking, setAsking] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (typed.trim() !== name) return
    setAsking(true)
    const answer = await directory.delete(workspaceId)
    setAsking(false)
    if (answer.outcome === 'done') return onDeleted()
    failed(answer.failure)
  }
  return (
    <section className="setting" aria-labelledby="delete-title">
      <h3 id="delete-title">Delete</h3>
      <p className="quiet small">
        All its contacts and notes go, for everybody and for good. Nobody can bring them back.
      </p>
      {isOpen ? (
        <form className="rename" onSubmit={(event) => void submit(event)}>
          <label className="labelled">
            <span>
              Type <strong>{name}</strong> to delete it
            </span>
            <input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the form was asked for, and this is all it has
              autoFocus
            />
          </label>
          <button
            type="submit"
            className="button danger"
            disabled={asking || typed.trim() !== name}
          >
            Delete for good
          </button>
        </form>
      ) : (
        <button type="button" className="button danger" onClick={() => setOpen(true)}>
          Delete this workspace…
        </button>
      )}
    </section>
  )
}
