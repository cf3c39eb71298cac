import type { ScalarChanges } from 'kith-shared'
import { useEffect, useMemo, useRef } from 'react'
import { SyncError, type Workspace } from '../index.js'
import { type CreatedContact, type OldMessage, obey } from './old-message.js'
import { useProvision } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import { WorkspaceNotOpen } from './use-contact-actions.js'
import { useOpenWorkspace } from './use-open-workspace.js'
import { onOthers } from './use-people.js'
import { onStatus } from './use-sync-status.js'
import { useValue } from './use-value.js'
import { presenceOf, type UserPresence } from './user-presence.js'
import { tellWindow } from './window-events.js'

/** For `useWorkspaceSync`. */
export interface WorkspaceSyncOptions {
  workspaceId: string
  userId: string
  /** A JWT, or what gets one whenever one is needed. */
  token: string | (() => string | Promise<string>)
  /** Base of the server, `ws(s)://` or `http(s)://`; the page's own origin by default. */
  wsUrl?: string
  /** `false`: after a drop, stay away until the component mounts anew. Default `true`. */
  autoReconnect?: boolean
  /** First ceiling of the backoff, in milliseconds. Default 3000. */
  reconnectInterval?: number
  /** Everything that others did is here, and what is done here reaches them. */
  onConnected?: () => void
  /** No longer so. */
  onDisconnected?: () => void
  /** Hears what `send` could not do, and what went wrong beside. */
  onError?: (error: Error) => void
}

/** What `useWorkspaceSync` gives. */
export interface WorkspaceSync {
  isConnected: boolean
  /** The others, one each however many tabs. Who I am says `useSelf`. */
  presence: UserPresence[]
  /** One message of the first prototype, as the edit that it stands for. */
  send(message: OldMessage): void
  /** Creates it, with a new id where it has none. */
  sendContactCreated(contact: CreatedContact): void
  /** Several fields at once. */
  sendContactUpdated(contactId: string, changes: ScalarChanges): void
  /** Marks it as deleted. */
  sendContactDeleted(contactId: string): void
  /** Presence, no edit: gone by itself after 3 s. */
  sendTyping(contactId: string, field: string, isTyping: boolean): void
  /** A new note on a contact. */
  sendNoteAdded(contactId: string, note: string | { body: string }): void
}

/**
 * The first hook, with its names and meanings, on top of the newer ones. Under a
 * `<WorkspaceProvider>` for the same workspace and user it uses that one's connection (then
 * `token`, `wsUrl`, `autoReconnect` and `reconnectInterval` are the provider's affair); otherwise it
 * opens one of its own. While mounted, `window` gets the events `workspace:contact_created` and so
 * on. Offline, everything is kept and sent later; what the document does not take goes to
 * `onError`, or is thrown where there is none.
 */
export const useWorkspaceSync = (options: WorkspaceSyncOptions): WorkspaceSync => {
  const newest = useRef(options)
  useEffect(() => {
    newest.current = options
  })
  const provision = useProvision()
  const isProvided =
    provision?.workspaceId === options.workspaceId && provision.userId === options.userId
  const own = useOpenWorkspace(isProvided ? undefined : openingOf(options))
  const workspace = isProvided ? provision.workspace : own

  useEffect(() => workspace && follow(workspace, own !== undefined, newest), [workspace, own])
  const { token } = options
  const fixedToken = typeof token === 'string' ? token : undefined
  useEffect(() => {
    // A new text in place of a refused one; a function is asked when the app says `connect()`.
    const state = stateOf(own)
    const isRefused = state === 'needs-auth' || state === 'denied'
    if (fixedToken !== undefined && isRefused) own?.connect()
  }, [own, fixedToken])

  const isConnected = useValue(workspace, onStatus, isConnectedIn, false)
  const presence = useValue(workspace, onOthers, presenceIn, NOBODY, samePeople)
  const senders = useMemo(() => sendersFor(workspace, newest), [workspace])
  return useMemo(() => ({ isConnected, presence, ...senders }), [isConnected, presence, senders])
}

type Newest = { readonly current: WorkspaceSyncOptions }

const openingOf = ({
  workspaceId,
  userId,
  token,
  wsUrl,
  reconnectInterval,
}: WorkspaceSyncOptions) => ({
  url: wsUrl ?? (typeof location === 'undefined' ? '' : location.origin),
  workspaceId,
  userId,
  reconnectCeiling: reconnectInterval ?? 3000,
  getToken: () => (typeof token === 'string' ? token : token()),
})

const stateOf = (workspace: Workspace | undefined) => workspace?.status().connection.state
/** By a socket and a welcome; whether all is here yet, says `useSyncStatus`. */
const isConnectedIn = (workspace: Workspace): boolean => {
  const state = stateOf(workspace)
  return state === 'live' || state === 'syncing'
}

const NOBODY: UserPresence[] = []
const presenceIn = (workspace: Workspace): UserPresence[] => workspace.others().map(presenceOf)
const samePeople = (a: UserPresence[], b: UserPresence[]): boolean =>
  a.length === b.length && a.every((person, at) => shallowEqual(person, b[at]))

const follow = (workspace: Workspace, isOwn: boolean, newest: Newest): (() => void) => {
  let wasConnected = false
  const step = (): void => {
    const isConnected = isConnectedIn(workspace)
    if (isConnected === wasConnected) return
    wasConnected = isConnected
    const { onConnected, onDisconnected, autoReconnect } = newest.current
    if (isConnected) onConnected?.()
    else onDisconnected?.()
    if (!isConnected && isOwn && autoReconnect === false) workspace.disconnect()
  }
  // The workspace says it once, which was maybe before this component came.
  if (workspace.status().connection.reason === 'user-mismatch') {
    newest.current.onError?.(new SyncError('user-mismatch', 'the token is not that of `userId`'))
  }
  const stops = [
    workspace.onStatus(step),
    workspace.onError((error) => newest.current.onError?.(error)),
    tellWindow(workspace),
  ]
  step()
  return () => {
    for (const stop of stops) stop()
  }
}

const sendersFor = (
  workspace: Workspace | undefined,
  newest: Newest,
): Omit<WorkspaceSync, 'isConnected' | 'presence'> => {
  const send = (message: OldMessage): void => {
    try {
      if (workspace === undefined) throw new WorkspaceNotOpen()
      obey(workspace, message)
    } catch (error) {
      const { onError } = newest.current
      if (onError === undefined || !(error instanceof Error)) throw error
      onError(error)
    }
  }
  return {
    send,
    sendContactCreated: (contact) => send({ type: 'contact_created', contact }),
    sendContactUpdated: (contactId, changes) =>
      send({ type: 'contact_updated', contactId, changes }),
    sendContactDeleted: (contactId) => send({ type: 'contact_deleted', contactId }),
    sendTyping: (contactId, field, isTyping) =>
      send({ type: 'typing', contactId, field, isTyping }),
    sendNoteAdded: (contactId, note) => send({ type: 'note_added', contactId, note }),
  }
}
