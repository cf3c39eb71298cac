import { DocumentIndex, idFromBytes } from 'kith-shared'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { createActions } from './actions.js'
import type { Activity, CaughtUp, Other, Workspace, WorkspaceOptions } from './api.js'
import { ConflictBook } from './conflicts.js'
import { othersIn } from './core/people.js'
import type { OpenSocket, Persistence, Signals, Store, Tabs } from './core/ports.js'
import { browserPersistence } from './edge/persistence.js'
import { browserSignals } from './edge/signals.js'
import { webSockets } from './edge/socket.js'
import { indexedDbStore } from './edge/store.js'
import { browserTabs } from './edge/tabs.js'
import { deviceName, workspaceUrl } from './edge/urls.js'
import { Incoming } from './incoming.js'
import { Listeners } from './listeners.js'
import { Sync } from './sync.js'
import { ReadOnlyError, type SyncError } from './sync-error.js'
import { History } from './undo/history.js'
import { unsavedFile } from './unsaved-file.js'

/** The world outside, each part replaceable; the browser's own by default. */
export interface WorkspaceParts {
  signals?: Signals
  openSocket?: OpenSocket
  /** `name` tells servers, users and workspaces apart. */
  store?: (name: string) => Store
  persistence?: Persistence
  /** Other tabs of this browser, by the same name. */
  tabs?: (name: string) => Tabs
}

/** Starts nothing: `start()` does. Edits made before or while the device is read are kept too. */
export const createWorkspace = (
  options: WorkspaceOptions,
  parts: WorkspaceParts = {},
): Workspace => {
  const { workspaceId, userId } = options
  const signals = parts.signals ?? browserSignals()
  let doc = new Y.Doc()
  doc.clientID = randomClientId(signals)
  // Presence speaks for one client id as long as the page lives, whatever the document's is.
  const presence = new Y.Doc()
  presence.clientID = doc.clientID
  const awareness = new Awareness(presence)
  // It runs a timer from its making on, which the announcer does without.
  clearInterval(awareness._checkInterval)
  const contacts = new DocumentIndex(doc)
  const url = workspaceUrl(options.url, workspaceId)
  const name = deviceName(options)
  const told = {
    doc: new Listeners<[Y.Doc]>(),
    status: new Listeners(),
    others: new Listeners(),
    activity: new Listeners<[Activity]>(),
    caughtUp: new Listeners<[CaughtUp]>(),
    errors: new Listeners<[SyncError]>(),
  }
  const sync = new Sync({
    options,
    url,
    doc,
    awareness,
    index: contacts,
    signals,
    openSocket: parts.openSocket ?? webSockets(),
    store: (parts.store ?? indexedDbStore)(name),
    persistence: parts.persistence ?? browserPersistence(),
    tabs: (parts.tabs ?? browserTabs)(name),
    newClientId: () => randomClientId(signals),
    listener: {
      doc: (next, seq) => {
        // Whoever hears of it from the index may ask for the document.
        doc = next
        const from =
          seq === undefined ? ({ type: 'rebuilt' } as const) : ({ type: 'snapshot', seq } as const)
        contacts.replace(next, new Incoming(from))
        undo.replace(next)
        conflicts.replace(next)
        told.doc.tell(next)
      },
      status: () => told.status.tell(),
      activity: (activity) => told.activity.tell(activity),
      caughtUp: (caughtUp) => told.caughtUp.tell(caughtUp),
      error: (error) => told.errors.tell(error),
    },
  })
  const mayEdit = (): boolean => sync.mayEdit
  const undo = new History({
    doc,
    now: () => signals.now(),
    assertMayEdit: () => {
      if (!mayEdit()) throw new ReadOnlyError()
    },
  })
  const conflicts = new ConflictBook(doc, userId, () => signals.now())
  const actions = createActions({
    doc: () => doc,
    now: () => signals.now(),
    newId: () => idFromBytes(signals.randomBytes(16)),
    nextTask: () =>
      new Promise((resolve) => {
        signals.setTimer(resolve, 0)
      }),
    mayEdit,
    setEditing: (place) => sync.announcer.setEditing(place),
    setTyping: (contactId, field, isTyping) => sync.announcer.setTyping(contactId, field, isTyping),
  })
  let life: 'new' | 'started' | 'closed' = 'new'
  let closing: Promise<void> | undefined
  let others: readonly Other[] = []
  const followOthers = (): void => {
    const before = others
    const states = [...awareness.getStates()]
    const foreign = states.filter(([id]) => id !== awareness.clientID).map(([, state]) => state)
    others = othersIn(foreign, userId, before)
    if (others !== before) told.others.tell()
  }
  return {
    id: workspaceId,
    userId,
    get doc() {
      return doc
    },
    onDoc: (listener) => told.doc.add(listener),
    awareness,
    contacts,
    actions,
    undo,
    conflicts,
    start() {
      if (life !== 'new') return
      life = 'started'
      awareness.on('change', followOthers)
      sync.start()
      undo.start()
      conflicts.start()
    },
    close() {
      life = 'closed'
      undo.close()
      conflicts.close()
      closing ??= sync.close().then(() => doc.destroy())
      return closing
    },
    connect() {
      if (life === 'started') sync.connect()
    },
    disconnect() {
      if (life === 'started') sync.disconnect()
    },
    setTimer: (act, delay) => signals.setTimer(act, delay),
    status: () => sync.status,
    onStatus: (listener) => told.status.add(listener),
    name: () => (sync.workspaceName === '' ? undefined : sync.workspaceName),
    self: () => sync.self,
    mayEdit: () => sync.mayEdit,
    others: () => others,
    onOthers: (listener) => told.others.add(listener),
    onActivity: (listener) => told.activity.add(listener),
    onCaughtUp: (listener) => told.caughtUp.add(listener),
    refusedChanges: () => sync.refused,
    discardRefused: (id) => sync.discardRefused(id),
    exportUnsaved: () =>
      unsavedFile({
        server: url,
        workspaceId,
        userId,
        exportedAt: new Date(signals.now()).toISOString(),
        ...sync.unsaved(),
      }),
    onError: (listener) => told.errors.add(listener),
  }
}

/** 32 bits, as Yjs draws them. */
const randomClientId = (signals: Signals): number =>
  new DataView(signals.randomBytes(4).buffer).getUint32(0)
