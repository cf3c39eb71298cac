import { type FormEvent, useState } from 'react'
import { failureWords } from '../directory/failure.js'
import { useAccount } from '../session/account.js'

export interface DeleteWorkspaceProps {
  workspaceId: string
  name: string
  onDeleted: () => void
}

/** Asks for the name, so that nobody does it by a slip of the hand. */
export const DeleteWorkspace = (props: DeleteWorkspaceProps) => {
  const { workspaceId, name, onDeleted } = props
  const { directory } = useAccount()
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState('')
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (asking || typed.trim() !== name) return
    setAsking(true)
    const answer = await directory.delete(workspaceId)
    setAsking(false)
    if (answer.outcome === 'done') return onDeleted()
    setProblem(failureWords(answer.failure))
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
          <button type="submit" className="button danger" disabled={typed.trim() !== name}>
            {asking ? 'Deleting…' : 'Delete for good'}
          </button>
          {problem !== '' && (
            <p className="form-problem" role="alert">
              {problem}
            </p>
          )}
        </form>
      ) : (
        <button type="button" className="button danger" onClick={() => setOpen(true)}>
          Delete this workspace…
        </button>
      )}
    </section>
  )
}
