import { useSyncStatus } from 'kith-client/react'
import { FirstSteps } from '../first-minute/first-steps.js'
import { useMayWrite } from '../session/use-may-write.js'

export interface NoContactsProps {
  view: 'contacts' | 'deleted'
  isFiltered: boolean
  onImport: () => void
}

/** Why the list is empty, and never "none yet" before it is known. */
export const NoContacts = ({ view, isFiltered, onImport }: NoContactsProps) => {
  const state = useSyncStatus(({ connection }) => connection.state)
  const mayWrite = useMayWrite()
  if (state === 'loading') return <div className="empty" />
  if (isFiltered) return <p className="empty quiet">No contact matches.</p>
  if (view === 'deleted') return <p className="empty quiet">Nothing was deleted.</p>
  if (state !== 'live') {
    return <p className="empty quiet">No contacts on this device yet.</p>
  }
  if (!mayWrite) return <p className="empty quiet">No contacts yet.</p>
  return <FirstSteps onImport={onImport} />
}
