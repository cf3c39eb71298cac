/** The public shapes of one workspace, as apps and the React bindings see it. */
import type {
  Contact,
  ContactId,
  DocumentIndex,
  FieldChanges,
  Note,
  NoteId,
  PresenceStatus,
  PresenceUser,
  Refusal,
  Role,
} from 'kith-shared'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { StoreProblem } from './core/ports.js'
import type { SyncError } from './sync-error.js'
import type { UnsavedFile } from './unsaved-file.js'
import type { WorkspaceActions } from './workspace-actions.js'

/** Why `getToken` is asked. */
export interface TokenRequest {
  /** `refused`: the last one was; one like it ends the tries. May last as long as a sign-in does. */
  reason: 'connect' | 'renew' | 'refused'
  /** Aborted when the answer is no longer wanted. */
  signal: AbortSignal
}

/** Which workspace, of whom, and with which token. */
export interface WorkspaceOptions {
  /** Base of the server, `http(s)://` or `ws(s)://`, with or without a path before `/ws`. */
  url: string
  workspaceId: string
  /** Whose data this is: names the storage on the device. Must be the user of the token. */
  userId: string
  /** Gives a JWT. A rejection counts as "can't be had now" and is tried again later. */
  getToken(request: TokenRequest): string | Promise<string>
  /** First ceiling of the backoff between tries, in milliseconds; 3000 by default. */
  reconnectCeiling?: number
}

/** One workspace, live: the handle that an app holds. Made by `createWorkspace`. */
export interface Workspace {
  readonly id: string
  readonly userId: string
  /**
   * Every transaction of the app's own on it is an edit, kept on the device and sent. After a
   * refusal it is another one, without what was refused: ask for it when it is needed, and let
   * `onDoc` tell what is bound to it.
   */
  readonly doc: Y.Doc
  /** The document is another one from now on: editors bind again. */
  onDoc(listener: (doc: Y.Doc) => void): () => void
  /** Own fields: `status`, `editing`, `typing`, `cursor`; the server adds `user` for the others. */
  readonly awareness: Awareness
  /** The same index whatever the document; another document comes as changes. */
  readonly contacts: DocumentIndex
  readonly actions: WorkspaceActions
  /** Takes back what this tab did, action by action. */
  readonly undo: Undo
  /** Fields that somebody else and I changed at the same time. */
  readonly conflicts: Conflicts
  /** Reads what the device holds and connects. Safe twice. */
  start(): void
  /** Writes what is not written yet, disconnects, and ends for good. Safe twice. */
  close(): Promise<void>
  /** Enters the network again after `disconnect`, or tries again at once. */
  connect(): void
  /** Leaves the network until `connect`; edits go on, and wait on the device. */
  disconnect(): void
  /**
   * Runs `act` once `delay` milliseconds have passed, by the clock of the workspace: the browser's, or
   * the one that a test moves. Gives the way to cancel it.
   */
  setTimer(act: () => void, delay: number): () => void
  /** The same object until something of it changes. */
  status(): SyncStatus
  /** What people call it, by the last word of a server; `undefined` before the first. */
  name(): string | undefined
  /** Also told when `self` or `name` changes. */
  onStatus(listener: () => void): () => void
  /** By the last word of a server, this time or earlier; `undefined` before the first. */
  self(): Self | undefined
  /** Whether edits are taken: not a viewer's, nor of a newer schema than this page's (`onStatus`). */
  mayEdit(): boolean
  /** One for each other person here, however many tabs they have; sorted by time of joining. */
  others(): readonly Other[]
  /** Hears whenever `others` is another list. */
  onOthers(listener: () => void): () => void
  /** Hears what anybody did, once it is committed. */
  onActivity(listener: (activity: Activity) => void): () => void
  /**
   * Hears what came as a whole, in the place of rows that the server no longer sends: after a long
   * absence, or in another epoch. Nobody knows by whom it is, and some of it may be one's own, from
   * another device. A device that held nothing hears of all that there is as created.
   */
  onCaughtUp(listener: (caughtUp: CaughtUp) => void): () => void
  /**
   * What the server did not take, and what means nothing without that; newest last. Nothing of it
   * shows in the document. Other work is not held up: what was built on a refused change is written
   * anew without it. Its edits are not in `pending`.
   */
  refusedChanges(): readonly RefusedChange[]
  /** Gives one of them up: it leaves this device, in all tabs. Any other id changes nothing. */
  discardRefused(id: string): void
  /**
   * What waits and what was refused, of all tabs of this device: for a person to keep before they
   * sign out, or where nothing else helps. `docs/storage.md` describes the file.
   */
  exportUnsaved(): UnsavedFile
  /** Hears what went wrong beside the status; the workspace goes on. */
  onError(listener: (error: SyncError) => void): () => void
}

/** How it stands with the server; `SyncStatus.connection.reason` says why. */
export type ConnectionState =
  /** The device's storage is being read. */
  | 'loading'
  /** Not connected; tries again by itself, unless the reason is `disconnected`. */
  | 'offline'
  | 'connecting'
  /** Connected, and not all that others did is here yet. */
  | 'syncing'
  | 'live'
  /** The server does not take the token: `getToken` must give another. */
  | 'needs-auth'
  /** The user is not let into this workspace. */
  | 'denied'
  /** The server can't reach its database; tries again by itself. */
  | 'storage-error'
  /** This page speaks an older protocol, or its data is of an older epoch. */
  | 'update-required'

/** What is on the server, what is on this device, what waits; never more than is known. */
export interface SyncStatus {
  connection: {
    state: ConnectionState
    /** A machine-readable word; `docs/status.md` says what each means and what to show. */
    reason: string
    /** From 0 to 1, while `syncing`. */
    progress?: number
  }
  /** Distinct things that edits of this device touched and that no commit holds yet. */
  pending: number
  /** Every pending change is in IndexedDB. */
  onDevice: boolean
  storage: {
    /** `memory`: nothing more gets onto the device now, and it is tried again from time to time. */
    kind: 'device' | 'memory'
    /** Why it is `memory`; `docs/storage.md` tells what helps. */
    reason?: StoreProblem
    /**
     * The browser does not clear it when room gets short. Absent before it is known. It is asked for
     * that once, after the first edit was kept in a visible page.
     */
    persisted?: boolean
  }
  /** Changes that the server refused and that are kept aside, with those that belong to them. */
  refused: number
}

/** Me, as the server knows me. */
export interface Self {
  id: string
  name: string
  email: string | null
  role: Role
}

/** Another person who is here. */
export interface Other {
  user: PresenceUser
  /** Of several tabs, the most present one. */
  status: PresenceStatus
  editing: { contactId: string; field: string } | null
  typing: boolean
  tabs: number
}

/** A change that the server did not take, or what means nothing without one. */
export interface RefusedChange {
  id: string
  /** Why the server did not take it, or the one that it belongs to. */
  reason: Refusal
  /**
   * Where it is not refused itself: the id of the refused change that it belongs to, such as the
   * creation of the contact of which this is a field.
   */
  blockedBy?: string
  /** What it touched, e.g. `<contact id>/<field>`, a note's id, `about/<contact id>`. */
  touches: readonly string[]
  /** A Yjs update, encoding v1. */
  update: Uint8Array
}

/** A field of a contact, `field` as `useField` names it; `about` for the long text. */
export interface FieldPlace {
  contactId: string
  field: string
}

/** An action that can be taken back or done again: an id of its own, and what it was. */
export type UndoAction = { readonly id: number } & (
  | {
      readonly type: 'contact_created' | 'contact_deleted' | 'contact_restored'
      readonly contactId: ContactId
    }
  /** `fields` as in `FieldChanges`, e.g. `name`, `emails`, `about`. */
  | {
      readonly type: 'contact_updated'
      readonly contactId: ContactId
      readonly fields: readonly string[]
    }
  | {
      readonly type: 'note_added' | 'note_updated' | 'note_deleted' | 'note_restored'
      readonly contactId: ContactId
      readonly noteId: NoteId
    }
  /** Such as an import, or what `asOne` put together. */
  | {
      readonly type: 'contacts_created' | 'several'
      readonly contactIds: readonly ContactId[]
    }
)

/** What undo and redo would do now. */
export interface UndoState {
  /** What `undo()` would take back; `undefined` where there is nothing. */
  readonly undo: UndoAction | undefined
  /** What `redo()` would do again. */
  readonly redo: UndoAction | undefined
}

/**
 * The history of this tab: in memory, the newest 100 steps, nobody else's. A step is one action of
 * `WorkspaceActions` (an import is one), one other transaction on `doc`, or what was typed at one
 * place without a pause of half a second. What others wrote later is never changed: a field that no
 * longer holds what the step wrote there stays, and of a text only own letters go.
 */
export interface Undo {
  /** The same object until it changes. */
  state(): UndoState
  /** Gives the way to stop listening. */
  onChange(listener: () => void): () => void
  /**
   * Takes back the newest step that would change something, of all, of a field, or this one action
   * wherever it is in the history. Gives what it was; `undefined` where there is nothing. Throws
   * `ReadOnlyError` for a viewer.
   */
  undo(only?: UndoAction | FieldPlace): UndoAction | undefined
  /** Does again what was taken back, by the same rules. Any other edit ends that. */
  redo(only?: UndoAction | FieldPlace): UndoAction | undefined
  /** Makes one step of all that `act` does before it returns. */
  asOne<Result>(act: () => Result): Result
  /**
   * Makes one step of what all calls of what it gives do, however long after each other, such as the
   * transactions of an import. What is done between the calls is none of it.
   */
  openStep(): <Result>(act: () => Result) => Result
  /** What is typed next begins a step, however soon it comes. */
  endStep(): void
}

/** Two people changed one field at the same time: what does not show of it, for whoever wants it. */
export interface Conflict {
  /** As the field holds it; a whole entry of a list. */
  readonly value: unknown
  /** Who wrote the other value than mine, where that is known. */
  readonly by: { readonly id: string; readonly name: string } | undefined
  /** Mine does not show; else theirs. */
  readonly isMine: boolean
}

/** In memory, of this tab; each until it is dismissed or the field is written again. */
export interface Conflicts {
  /** The same object until it changes. */
  of(place: FieldPlace): Conflict | undefined
  /** Nobody wants to see it any more. */
  dismiss(place: FieldPlace): void
  /** What was typed here has overwritten what another person wrote meanwhile, unseen. */
  overwrote(place: FieldPlace): void
  /** Gives the way to stop listening. */
  onChange(listener: () => void): () => void
}

/**
 * One thing that happened, by the server's own attribution. What was edited here is told when it
 * is committed, once; `seq` is then the journal's row through which it is.
 */
export type Activity = {
  workspaceId: string
  user: { id: string; name: string }
  seq: number | null
  /** Milliseconds since 1970, by the database's clock. */
  committedAt: number | null
} & ActivityDetail

/** From what this device held to what it holds, value by value. */
export interface CaughtUp {
  /** Read when first asked for, so ask while you hear of it; as many as all contacts, perhaps. */
  readonly changes: readonly ActivityDetail[]
  /** The journal's row through which all is in. */
  seq: number
}

/** What happened, by its type. */
export type ActivityDetail =
  | { type: 'contact_created'; payload: { contactId: ContactId; contact: Contact } }
  | { type: 'contact_updated'; payload: { contactId: ContactId; changes: FieldChanges } }
  | { type: 'contact_deleted'; payload: { contactId: ContactId } }
  | { type: 'contact_restored'; payload: { contactId: ContactId } }
  | { type: 'note_added'; payload: { contactId: ContactId; note: Note } }
  | { type: 'note_updated'; payload: { contactId: ContactId; note: Note; before: Note } }
  | { type: 'note_deleted'; payload: { contactId: ContactId; note: Note } }
