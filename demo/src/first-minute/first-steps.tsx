import { useWorkspace } from 'kith-client/react'
import { Plus, Upload } from 'lucide-react'
import { useToast } from '../toast/toast.js'
import { useTurns } from '../toast/use-turns.js'
import { go } from '../workspace/route.js'
import { addSamples } from './add-samples.js'
import { SecondTab } from './second-tab.js'

/** What an empty workspace offers. */
export const FirstSteps = ({ onImport }: { onImport: () => void }) => {
  const workspace = useWorkspace()
  const toast = useToast()
  const { undo } = useTurns()
  const tryIt = (): void => {
    if (!workspace) return
    const { count, step } = addSamples(workspace)
    const text = `${count} sample contacts added`
    if (!step) return toast({ text })
    toast({ text, action: { label: 'Undo', run: () => undo(step) } })
  }
  return (
    <div className="empty first-steps">
      <h2>No contacts yet</h2>
      <p className="quiet">Add the first one, or bring yours from Google, Apple or Outlook.</p>
      <div className="buttons">
        <button type="button" className="button primary" onClick={() => go({ view: 'new' })}>
          <Plus aria-hidden="true" size={16} />
          Add a contact
        </button>
        <button type="button" className="button" onClick={onImport}>
          <Upload aria-hidden="true" size={16} />
          Import a file
        </button>
      </div>
      <section className="just-looking" aria-labelledby="just-looking">
        <p className="quiet small" id="just-looking">
          Just looking? Sample contacts are made up, and one Undo takes them away.
        </p>
        <div className="buttons">
          <button type="button" className="button" onClick={tryIt}>
            Add sample contacts
          </button>
          <SecondTab />
        </div>
      </section>
    </div>
  )
}
