import {
  addNote,
  type ContactId,
  createContact,
  DocumentIndex,
  deleteContact,
  isContactId,
  isNoteId,
  mayWrite,
  type NoteId,
  setEntry,
  setField,
  updateContact,
} from 'kith-shared'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { ConflictBook } from '../../../client/conflicts.js'
import { Incoming } from '../../../client/incoming.js'
import type {
  Activity,
  Other,
  Self,
  SyncError,
  SyncStatus,
  Workspace,
} from '../../../client/index.js'
import { History } from '../../../client/undo/history.js'

type Place = { contactId: string; field: string }

/** A workspace without network, storage or clock, for hooks to read, and a colleague's document. */
export interface MemoryWorkspace {
  workspace: Workspace
  /** Merges with the workspace's document in both directions, at once. */
  colleague: Y.Doc
  /** What the hooks told the others, in order: `null` for leaving a field. */
  sawEditing: (Place | null)[]
  sawTyping: (Place & { isTyping: boolean })[]
  /** How often a transaction of this tab's changed the document. */
  writes(): number
  calls: string[]
  /** As after a refusal: what `edit` makes of a copy is the document from now on. */
  replaceDoc(edit: (doc: Y.Doc) => void): void
  setConnection(connection: SyncStatus['connection']): void
  setSelf(self: Self | undefined): void
  setOthers(others: readonly Other[]): void
  tell(activity: Activity): void
  fail(error: SyncError): void
}

export const contactId = (text: string): ContactId => {
  if (isContactId(text)) return text
  throw new Error(`not a contact id: ${text}`)
}

const noteId = (text: string): NoteId => {
  if (isNoteId(text)) return text
  throw new Error(`not a note id: ${text}`)
}

export const someone = (id: string, more: Partial<Other> = {}): Other => ({
  user: {
    id,
    name: id,
    email: null,
    role: 'editor',
    color: '#0070a3',
    joinedAt: 1_700_000_000_000,
  },
  status: 'online',
  editing: null,
  typing: false,
  tabs: 1,
  ...more,
})

/** Contacts `contact-0`, `contact-1` … named `Name 0`, `Name 1` … */
export const memoryWorkspace = (contacts = 0): MemoryWorkspace => {
  const doc = new Y.Doc()
  const colleague = new Y.Doc()
  doc.transact(() => {
    for (let at = 0; at < contacts; at++) {
      const id = contactId(`contact-${at}`)
      createContact(doc, id, { name: `Name ${at}` }, { now: at, newId: () => `entry-${at}` })
    }
  })
  Y.applyUpdate(colleague, Y.encodeStateAsUpdate(doc))
  doc.on(
    'update',
    (update, origin) => !(origin instanceof Incoming) && Y.applyUpdate(colleague, update, 'wire'),
  )
  colleague.on(
    'update',
    (update, origin) => origin !== 'wire' && Y.applyUpdate(doc, update, fromColleague(update)),
  )
  let writes = 0
  doc.on('afterTransaction', ({ local, changed }: Y.Transaction) => {
    if (local && changed.size > 0) writes++
  })
  const parts = observed(doc)
  const workspace = workspaceOf(doc, parts)
  const replaceDoc = (edit: (doc: Y.Doc) => void): void => {
    const next = new Y.Doc()
    Y.applyUpdate(next, Y.encodeStateAsUpdate(parts.state.doc))
    edit(next)
    parts.state.doc = next
    workspace.contacts.replace(next, 'replaced')
    parts.history.replace(next)
    parts.conflicts.replace(next)
    parts.onDoc.emit(next)
  }
  return { workspace, colleague, writes: () => writes, replaceDoc, ...parts.control }
}

/** As a committed row of the colleague's. */
const fromColleague = (update: Uint8Array): Incoming => {
  const author = { id: 'bo', name: 'Bo' }
  return new Incoming({ type: 'row', seq: 1, row: { author, committedAt: 1, update } })
}

const listeners = <Event>() => {
  const all = new Set<(event: Event) => void>()
  return {
    on: (listener: (event: Event) => void) => {
      all.add(listener)
      return () => {
        all.delete(listener)
      }
    },
    emit: (event: Event) => {
      for (const listener of [...all]) listener(event)
    },
  }
}

const LIVE: SyncStatus = {
  connection: { state: 'live', reason: 'joined' },
  pending: 0,
  onDevice: true,
  storage: { kind: 'memory' },
  refused: 0,
}

const observed = (doc: Y.Doc) => {
  const onDoc = listeners<Y.Doc>()
  const onStatus = listeners<void>()
  const onOthers = listeners<void>()
  const onActivity = listeners<Activity>()
  const onError = listeners<SyncError>()
  const state = {
    doc,
    status: LIVE,
    self: undefined as Self | undefined,
    others: [] as readonly Other[],
  }
  const control = {
    calls: [] as string[],
    sawEditing: [] as (Place | null)[],
    sawTyping: [] as (Place & { isTyping: boolean })[],
    setConnection: (connection: SyncStatus['connection']) => {
      state.status = { ...state.status, connection }
      onStatus.emit()
    },
    setSelf: (self: Self | undefined) => {
      state.self = self
      onStatus.emit()
    },
    setOthers: (others: readonly Other[]) => {
      state.others = others
      onOthers.emit()
    },
    tell: onActivity.emit,
    fail: onError.emit,
  }
  const history = new History({
    doc,
    now: () => Date.now(),
    assertMayEdit: () => undefined,
  })
  history.start()
  const conflicts = new ConflictBook(doc, 'ana', () => Date.now())
  conflicts.start()
  return { state, control, history, conflicts, onDoc, onStatus, onOthers, onActivity, onError }
}

const workspaceOf = (doc: Y.Doc, parts: ReturnType<typeof observed>): Workspace => {
  const { state, control } = parts
  const contacts = new DocumentIndex(doc)
  contacts.start()
  const awareness = new Awareness(doc)
  const calls = (name: string) => () => {
    control.calls.push(name)
  }
  return {
    id: 'team',
    userId: 'ana',
    get doc() {
      return state.doc
    },
    onDoc: parts.onDoc.on,
    awareness,
    contacts,
    start: calls('start'),
    close: async () => {
      control.calls.push('close')
      contacts.close()
      awareness.destroy()
    },
    connect: calls('connect'),
    disconnect: calls('disconnect'),
    setTimer: (act, delay) => {
      const timer = setTimeout(act, delay)
      return () => clearTimeout(timer)
    },
    status: () => state.status,
    onStatus: parts.onStatus.on,
    name: () => 'Team',
    self: () => state.self,
    mayEdit: () => state.self === undefined || mayWrite(state.self.role),
    others: () => state.others,
    onOthers: parts.onOthers.on,
    onActivity: parts.onActivity.on,
    onError: parts.onError.on,
    actions: actionsOn(doc, control),
    undo: parts.history,
    conflicts: parts.conflicts,
  } as Partial<Workspace> as Workspace // what no hook asks for is left out
}

const actionsOn = (
  doc: Y.Doc,
  { sawEditing, sawTyping }: ReturnType<typeof observed>['control'],
): Workspace['actions'] => {
  let made = 0
  const newId = (): string => `made-${made++}`
  const actions: Partial<Workspace['actions']> = {
    createContact: (input) => createContact(doc, contactId(newId()), input, { now: 1, newId }),
    updateContact: (id, changes) => updateContact(doc, id, changes),
    setField: (id, field, value) => setField(doc, id, field, value),
    setEntry: (id, list, entry) => setEntry(doc, id, list, entry),
    deleteContact: (id) => deleteContact(doc, id, 1),
    addNote: (id, body) => addNote(doc, noteId(newId()), id, body, 1),
    setEditing: (place) => {
      sawEditing.push(place)
    },
    setTyping: (id, field, isTyping) => {
      sawTyping.push({ contactId: id, field, isTyping })
    },
  }
  return actions as Workspace['actions'] // what no hook asks for is left out
}
