import { useSyncStatus } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ContactPane } from '../contact/contact-pane.js'
import { NewContact } from '../contact/new-contact.js'
import { AwayNews } from '../digest/away-news.js'
import { DuplicatesPane } from '../duplicates/duplicates-pane.js'
import { useFollowMerge } from '../duplicates/merged-notice.js'
import { ExportFromList } from '../export/export-from-list.js'
import { ImportDialog } from '../import/import-dialog.js'
import { ListPane } from '../list/list-pane.js'
import { ListStateProvider } from '../list/list-state.js'
import { PeopleDialog } from '../members/people-dialog.js'
import { SettingsDialog } from '../members/settings-dialog.js'
import { KeysHelp } from '../palette/keys-help.js'
import { PaletteDialog } from '../palette/palette-dialog.js'
import { useAccount } from '../session/account.js'
import { Problems } from '../status/problems.js'
import { StatusBar } from '../status/status-bar.js'
import { useQuotaNews } from '../status/use-quota-news.js'
import { useUndoKeys } from '../toast/use-undo-keys.js'
import { contactIn, go, useRoute } from './route.js'
import { TopBar } from './top-bar.js'
import { useRoleNews } from './use-role-news.js'
import { Shortcuts } from './use-shortcuts.js'
import { useShownName } from './use-shown-name.js'
import { useWorkOffline } from './use-work-offline.js'

type OpenDialog = 'import' | 'export' | 'people' | 'settings' | 'palette' | 'help' | 'none'

/** List beside contact; on a narrow screen one of them at a time, by the route. */
export const WorkspaceScreen = ({ workspaceId }: { workspaceId: string }) => {
  const { session, signOut } = useAccount()
  const route = useRoute()
  const name = useShownName(session.userId, workspaceId)
  const [dialog, setDialog] = useDialog()
  const [isOffline, setOffline] = useWorkOffline()
  const [merging, setMerging] = useMerging(route.view === 'duplicates')
  const acts = useActs(setDialog)
  useFollowMerge(route)
  useUndoKeys()
  useRoleNews()
  useQuotaNews()
  const selected = contactIn(route)
  const isListShown = 'contactId' in route && selected === undefined
  const close = (): void => setDialog('none')
  const about = { workspaceId, name, onClose: close }
  return (
    <ListStateProvider
      userId={session.userId}
      workspaceId={workspaceId}
      view={route.view === 'deleted' ? 'deleted' : 'contacts'}
    >
      <Shortcuts route={route} onPalette={acts.onPalette} onHelp={acts.onHelp} />
      <div className="app" data-shows={isListShown ? 'list' : 'contact'}>
        <TopBar session={session} name={name} {...acts} onSignOut={signOut} />
        <ListPane selected={selected} onImport={acts.onImport} onMerge={setMerging} />
        {route.view === 'new' && <NewContact />}
        {route.view === 'duplicates' && <DuplicatesPane merging={merging} onMerging={setMerging} />}
        {'contactId' in route && (
          <ContactPane contactId={route.contactId} view={route.view} onImport={acts.onImport} />
        )}
        <StatusBar isOffline={isOffline} onOffline={setOffline} />
        <AwayNews workspaceId={workspaceId} />
        <Problems name={name} onSignOut={signOut} />
        {dialog === 'import' && <ImportDialog onClose={close} />}
        {dialog === 'export' && <ExportFromList {...about} contactId={selected} />}
        {dialog === 'people' && <PeopleDialog {...about} />}
        {dialog === 'settings' && <SettingsDialog {...about} />}
        {dialog === 'help' && <KeysHelp onClose={close} />}
        {dialog === 'palette' && (
          <PaletteDialog
            {...acts}
            isOffline={isOffline}
            onOffline={setOffline}
            onSignOut={signOut}
            onClose={() => setDialog((now) => (now === 'palette' ? 'none' : now))}
          />
        )}
      </div>
    </ListStateProvider>
  )
}

/** What menus, keys and the palette begin; always the same functions. */
const useActs = (setDialog: (dialog: OpenDialog) => void) =>
  useMemo(
    () => ({
      onImport: () => setDialog('import'),
      onPeople: () => setDialog('people'),
      onSettings: () => setDialog('settings'),
      onPalette: () => setDialog('palette'),
      onHelp: () => setDialog('help'),
      onDuplicates: () => go({ view: 'duplicates' }),
      onExport: () => setDialog('export'),
    }),
    [setDialog],
  )

/** What is being merged, as long as duplicates are looked at. */
const useMerging = (isOpen: boolean) => {
  const [merging, setMerging] = useState<readonly ContactId[]>()
  useEffect(() => {
    if (!isOpen) setMerging(undefined)
  }, [isOpen])
  const merge = useCallback((ids: readonly ContactId[] | undefined) => {
    setMerging(ids)
    if (ids) go({ view: 'duplicates' })
  }, [])
  return [merging, merge] as const
}

/** Who is put out must see so: a dialog would lie over it. */
const useDialog = () => {
  const [dialog, setDialog] = useState<OpenDialog>('none')
  const isDenied = useSyncStatus(({ connection }) => connection.state === 'denied')
  useEffect(() => {
    if (isDenied) setDialog('none')
  }, [isDenied])
  return [dialog, setDialog] as const
}
