import { Plus } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import type { WorkspaceEntry } from '../directory/directory-answers.js'
import { failureWords } from '../directory/failure.js'
import { useAccount } from '../session/account.js'
import { rememberWorkspace } from './known-workspaces.js'
import { nameProblem } from './workspace-name.js'

/** Name only: people and roles come afterwards. */
export const NewWorkspace = ({ onMade }: { onMade: (workspace: WorkspaceEntry) => void }) => {
  const { session, directory } = useAccount()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState('')
  const [asking, setAsking] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const create = async (): Promise<void> => {
    if (asking) return
    const wrong = nameProblem(name)
    setProblem(wrong ?? '')
    if (wrong !== undefined) return field.current?.focus()
    setAsking(true)
    const answer = await directory.create(name.trim())
    setAsking(false)
    if (answer.outcome === 'failed') {
      setProblem(failureWords(answer.failure))
      return
    }
    rememberWorkspace(session.userId, answer.value)
    onMade(answer.value)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void create()
  }
  return (
    <form className="new-workspace" onSubmit={submit} aria-label="Create a workspace">
      <label className="labelled">
        <span>New workspace</span>
        <input
          ref={field}
          value={name}
          aria-invalid={problem !== ''}
          placeholder="Name, such as Sales"
          onChange={(event) => {
            setName(event.target.value)
            setProblem('')
          }}
          aria-describedby="new-workspace-problem"
          autoComplete="off"
        />
      </label>
      <button type="submit" className="button primary" aria-disabled={asking}>
        <Plus aria-hidden="true" size={16} />
        Create
      </button>
      <p className="form-problem" id="new-workspace-problem" role="alert">
        {problem}
      </p>
    </form>
  )
}
