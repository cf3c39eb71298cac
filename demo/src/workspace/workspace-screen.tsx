import { useSyncStatus } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { BackButton, ContactPane } from '../contact/contact-pane.js'
import { NewContact } from '../contact/new-contact.js'
import { AwayNews } from '../digest/away-news.js'
import { useFollowMerge } from '../duplicates/merged-notice.js'
import { ListPane } from '../list/list-pane.js'
import { ListStateProvider } from '../list/list-state.js'
import { duplicatesPart } from '../parts/from-workspace.js'
import { Later } from '../parts/later.js'
import { useLoadAhead } from '../parts/load-ahead.js'
import { useAccount } from '../session/account.js'
import { Problems } from '../status/problems.js'
import { StatusBar } from '../status/status-bar.js'
import { useQuotaNews } from '../status/use-quota-news.js'
import { useUndoKeys } from '../toast/use-undo-keys.js'
import { Dialogs, type OpenDialog } from './dialogs.js'
import { contactIn, go, useRoute } from './route.js'
import { TopBar } from './top-bar.js'
import { useRoleNews } from './use-role-news.js'
import { Shortcuts } from './use-shortcuts.js'
import { useShownName } from './use-shown-name.js'
import { useWorkOffline } from './use-work-offline.js'

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
  useLoadAhead()
  const selected = contactIn(route)
  const isListShown = 'contactId' in route && selected === undefined
  const close = (): void => setDialog('none')
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
        {route.view === 'duplicates' && (
          <Later part={duplicatesPart} frame={pane}>
            {({ DuplicatesPane }) => <DuplicatesPane merging={merging} onMerging={setMerging} />}
          </Later>
        )}
        {'contactId' in route && (
          <ContactPane contactId={route.contactId} view={route.view} onImport={acts.onImport} />
        )}
        <StatusBar isOffline={isOffline} onOffline={setOffline} />
        <AwayNews workspaceId={workspaceId} />
        <Problems name={name} onSignOut={signOut} />
        <Dialogs
          {...acts}
          open={dialog}
          workspaceId={workspaceId}
          name={name}
          selected={selected}
          isOffline={isOffline}
          onOffline={setOffline}
          onSignOut={signOut}
          onClose={close}
          onPaletteClose={() => setDialog((now) => (now === 'palette' ? 'none' : now))}
        />
      </div>
    </ListStateProvider>
  )
}

const pane = (notice: ReactNode) => (
  <main className="contact-pane" aria-label="Duplicates">
    <article className="contact duplicates">
      <BackButton view="contacts" />
      {notice}
    </article>
  </main>
)

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
