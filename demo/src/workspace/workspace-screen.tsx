import { useSyncStatus } from 'kith-client/react'
import { useEffect, useState } from 'react'
import { ContactPane } from '../contact/contact-pane.js'
import { NewContact } from '../contact/new-contact.js'
import { AwayNews } from '../digest/away-news.js'
import { ImportDialog } from '../import/import-dialog.js'
import { ListPane } from '../list/list-pane.js'
import { PeopleDialog } from '../members/people-dialog.js'
import { SettingsDialog } from '../members/settings-dialog.js'
import { useAccount } from '../session/account.js'
import { Problems } from '../status/problems.js'
import { StatusBar } from '../status/status-bar.js'
import { useQuotaNews } from '../status/use-quota-news.js'
import { useUndoKeys } from '../toast/use-undo-keys.js'
import { useRoute } from './route.js'
import { TopBar } from './top-bar.js'
import { useRoleNews } from './use-role-news.js'
import { useShortcuts } from './use-shortcuts.js'
import { useShownName } from './use-shown-name.js'
import { useWorkOffline } from './use-work-offline.js'

type OpenDialog = 'import' | 'people' | 'settings' | 'none'

/** List beside contact; on a narrow screen one of them at a time, by the route. */
export const WorkspaceScreen = ({ workspaceId }: { workspaceId: string }) => {
  const { session, signOut } = useAccount()
  const route = useRoute()
  const name = useShownName(session.userId, workspaceId)
  const [dialog, setDialog] = useDialog()
  const [isOffline, setOffline] = useWorkOffline()
  useShortcuts(route)
  useUndoKeys()
  useRoleNews()
  useQuotaNews()
  const isListShown = route.view !== 'new' && route.contactId === undefined
  const close = (): void => setDialog('none')
  const about = { workspaceId, name, onClose: close }
  return (
    <div className="app" data-shows={isListShown ? 'list' : 'contact'}>
      <TopBar
        session={session}
        name={name}
        onImport={() => setDialog('import')}
        onPeople={() => setDialog('people')}
        onSettings={() => setDialog('settings')}
        onSignOut={signOut}
      />
      <ListPane
        view={route.view === 'deleted' ? 'deleted' : 'contacts'}
        selected={route.view === 'new' ? undefined : route.contactId}
        onImport={() => setDialog('import')}
      />
      {route.view === 'new' ? (
        <NewContact />
      ) : (
        <ContactPane contactId={route.contactId} view={route.view} />
      )}
      <StatusBar isOffline={isOffline} onOffline={setOffline} />
      <AwayNews workspaceId={workspaceId} />
      <Problems name={name} onSignOut={signOut} />
      {dialog === 'import' && <ImportDialog onClose={close} />}
      {dialog === 'people' && <PeopleDialog {...about} />}
      {dialog === 'settings' && <SettingsDialog {...about} />}
    </div>
  )
}

/** Who is put out must see so: a dialog would lie over it. */
const useDialog = (): [OpenDialog, (dialog: OpenDialog) => void] => {
  const [dialog, setDialog] = useState<OpenDialog>('none')
  const isDenied = useSyncStatus().connection.state === 'denied'
  useEffect(() => {
    if (isDenied) setDialog('none')
  }, [isDenied])
  return [dialog, setDialog]
}
