import { useWorkspace } from 'kith-client/react'
import { useToast } from '../toast/toast.js'
import { go } from '../workspace/route.js'
import { addSamples } from './add-samples.js'
import { SecondTab } from './second-tab.js'

/** What an empty workspace offers. */
export const FirstSteps = ({ onImport }: { onImport: () => void }) => {
  const workspace = useWorkspace()
  const toast = useToast()
  const tryIt = (): void => {
    if (!workspace) return
    const { count, step } = addSamples(workspace)
    const text = `${count} sample contacts added`
    if (!step) return toast({ text })
    toast({ text, action: { label: 'Undo', run: () => workspace.undo.undo(step) } })
  }
  return (
    <div className="empty first-steps">
      <p>No contacts yet</p>
      <p className="quiet small">
        Add the first one, or bring yours from Google, Apple or Outlook.
      </p>
      <button type="button" className="button primary" onClick={() => go({ view: 'new' })}>
        Add a contact
      </button>
      <button type="button" className="button" onClick={onImport}>
        Import a file
      </button>
      <p className="quiet small">Just looking? These are made up, and one Undo takes them away.</p>
      <button type="button" className="button" onClick={tryIt}>
        Add sample contacts
      </button>
      <SecondTab />
    </div>
  )
}
