import { useSyncStatus } from 'kith-client/react'
import { useMayWrite } from '../session/use-may-write.js'
import { go } from '../workspace/route.js'

export interface NoContactsProps {
  view: 'contacts' | 'deleted'
  isFiltered: boolean
  onImport: () => void
}

/** Why the list is empty, and never "none yet" before it is known. */
export const NoContacts = ({ view, isFiltered, onImport }: NoContactsProps) => {
  const { connection } = useSyncStatus()
  const mayWrite = useMayWrite()
  if (connection.state === 'loading') return <div className="empty" />
  if (isFiltered) return <p className="empty quiet">No contact matches.</p>
  if (view === 'deleted') return <p className="empty quiet">Nothing was deleted.</p>
  if (connection.state !== 'live') {
    return <p className="empty quiet">No contacts on this device yet.</p>
  }
  if (!mayWrite) return <p className="empty quiet">No contacts yet.</p>
  return (
    <div className="empty">
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
    </div>
  )
}
