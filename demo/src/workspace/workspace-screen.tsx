import { useState } from 'react'
import { ContactPane } from '../contact/contact-pane.js'
import { NewContact } from '../contact/new-contact.js'
import { ImportDialog } from '../import/import-dialog.js'
import { ListPane } from '../list/list-pane.js'
import type { Session } from '../session/session.js'
import { Problems } from '../status/problems.js'
import { StatusBar } from '../status/status-bar.js'
import { useRoute } from './route.js'
import { TopBar } from './top-bar.js'
import { useShortcuts } from './use-shortcuts.js'
import { useWorkOffline } from './use-work-offline.js'

export interface WorkspaceScreenProps {
  session: Session
  onSignOut: () => void
}

/** List beside contact; on a narrow screen one of them at a time, by the route. */
export const WorkspaceScreen = ({ session, onSignOut }: WorkspaceScreenProps) => {
  const route = useRoute()
  const [importing, setImporting] = useState(false)
  const [isOffline, setOffline] = useWorkOffline()
  useShortcuts(route)
  const isListShown = route.view !== 'new' && route.contactId === undefined
  return (
    <div className="app" data-shows={isListShown ? 'list' : 'contact'}>
      <TopBar session={session} onImport={() => setImporting(true)} onSignOut={onSignOut} />
      <ListPane
        view={route.view === 'deleted' ? 'deleted' : 'contacts'}
        selected={route.view === 'new' ? undefined : route.contactId}
        onImport={() => setImporting(true)}
      />
      {route.view === 'new' ? (
        <NewContact />
      ) : (
        <ContactPane contactId={route.contactId} view={route.view} />
      )}
      <StatusBar isOffline={isOffline} onOffline={setOffline} />
      <Problems session={session} onSignOut={onSignOut} />
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </div>
  )
}
