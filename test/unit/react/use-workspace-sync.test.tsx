// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react'
import { InvalidValue } from 'kith-shared'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { ReadOnlyError, SyncError, type WorkspaceOptions } from '../../../client/index.js'
import {
  useWorkspaceSync,
  WorkspaceProvider,
  type WorkspaceSync,
  type WorkspaceSyncOptions,
} from '../../../client/react/index.js'
import { contactId, type MemoryWorkspace, memoryWorkspace, someone } from './memory-workspace.js'

interface Opened extends MemoryWorkspace {
  options: WorkspaceOptions
}
const opened: Opened[] = []

vi.mock('../../../client/index.js', async (original) => ({
  ...(await original<typeof import('../../../client/index.js')>()),
  createWorkspace: (options: WorkspaceOptions) => {
    const memory = memoryWorkspace(2)
    opened.push({ ...memory, options })
    return memory.workspace
  },
}))

beforeEach(() => {
  opened.length = 0
})
afterEach(cleanup)

const OPTIONS = { workspaceId: 'team', userId: 'ana', token: 'a-token' }
const ID = contactId('contact-0')

const open = async (more: Partial<WorkspaceSyncOptions> = {}, around?: MemoryWorkspace) => {
  const syncs: WorkspaceSync[] = []
  const Old = (props: Partial<WorkspaceSyncOptions>) => {
    syncs.push(useWorkspaceSync({ ...OPTIONS, ...more, ...props }))
    return null
  }
  const tree = (props: Partial<WorkspaceSyncOptions> = {}) =>
    around === undefined ? (
      <Old {...props} />
    ) : (
      <WorkspaceProvider workspace={around.workspace}>
        <Old {...props} />
      </WorkspaceProvider>
    )
  const { rerender, unmount } = render(tree())
  await act(async () => undefined)
  const memory = around ?? opened[0]
  if (memory === undefined) throw new Error('nothing was opened')
  const sync = () => {
    const last = syncs.at(-1)
    if (last === undefined) throw new Error('nothing was rendered')
    return last
  }
  const again = (props: Partial<WorkspaceSyncOptions>) => rerender(tree(props))
  return { ...memory, sync, again, unmount }
}

test('it opens a workspace of its own with the old options', async () => {
  const { sync } = await open({ wsUrl: 'ws://example.org', reconnectInterval: 50 })
  expect(opened[0]?.options).toMatchObject({
    url: 'ws://example.org',
    workspaceId: 'team',
    userId: 'ana',
    reconnectCeiling: 50,
  })
  const request = { reason: 'connect', signal: new AbortController().signal } as const
  expect(opened[0]?.options.getToken(request)).toBe('a-token')
  expect(sync().isConnected).toBe(true)
  cleanup()
  opened.length = 0
  await open({ token: async () => 'fresh' })
  expect(opened[0]?.options.url).toBe(location.origin)
  expect(opened[0]?.options.reconnectCeiling).toBe(3000)
  expect(await opened[0]?.options.getToken(request)).toBe('fresh')
})

test("under a provider it uses that one's workspace", async () => {
  const around = memoryWorkspace(1)
  const { sync, unmount } = await open({}, around)
  expect(sync().isConnected).toBe(true)
  unmount()
  await act(async () => undefined)
  expect([opened, around.calls]).toEqual([[], []])
})

test('connecting and disconnecting are told, and autoReconnect={false} stays away', async () => {
  const told: string[] = []
  const memory = await open({
    autoReconnect: false,
    onConnected: () => told.push('connected'),
    onDisconnected: () => told.push('disconnected'),
  })
  act(() => memory.setConnection({ state: 'offline', reason: 'dropped' }))
  expect(memory.sync().isConnected).toBe(false)
  expect(told).toEqual(['connected', 'disconnected'])
  expect(memory.calls).toEqual(['start', 'disconnect'])
})

test.each([
  { state: 'needs-auth', reason: 'expired' },
  { state: 'denied', reason: 'forbidden' },
] as const)('a new token text is tried where the old one was $state', async (connection) => {
  const { setConnection, again, calls } = await open()
  act(() => setConnection(connection))
  again({})
  expect(calls).toEqual(['start'])
  again({ token: 'another' })
  expect(calls).toEqual(['start', 'connect'])
})

test("errors and a user id that is not the token's reach onError", async () => {
  const errors: Error[] = []
  const around = memoryWorkspace(2)
  around.setSelf({ id: 'mallory', name: 'Mallory', email: 'm@example.org', role: 'editor' })
  const memory = await open({ onError: (error) => errors.push(error) }, around)
  expect(errors).toMatchObject([{ name: 'SyncError', code: 'user-mismatch' }])
  const later = new SyncError('storage', 'the disk is full')
  around.fail(later)
  expect(errors.splice(0)[1]).toBe(later)
  memory.sync().sendContactDeleted('nobody')
  memory.sync().sendContactUpdated('no id!', { name: 'Ana' })
  memory.sync().sendContactUpdated(ID, { name: '' })
  expect(errors).toEqual([
    new InvalidValue('contactId', 'not-found'),
    new InvalidValue('contactId', 'format'),
    new InvalidValue('name', 'empty'),
  ])
})

test('what the document does not take is thrown where nobody listens for errors', async () => {
  const { sync } = await open()
  expect(() => sync().sendNoteAdded(ID, ' ')).toThrow(InvalidValue)
})

test('a viewer creates nothing, with an id of its own neither', async () => {
  const { sync, workspace, setSelf } = await open()
  act(() => setSelf({ id: 'ana', name: 'Ana', email: null, role: 'viewer' }))
  expect(() => sync().sendContactCreated({ id: 'mine', name: 'Ana' })).toThrow(ReadOnlyError)
  expect(workspace.contacts.contact(contactId('mine'))).toBeUndefined()
})

test('the senders change the document and the presence', async () => {
  const { sync, workspace, sawTyping } = await open()
  const { contacts } = workspace
  act(() => {
    sync().sendContactCreated({ id: 'mine', name: 'Ana', emails: [{ value: 'a@example.org' }] })
    sync().sendContactUpdated('mine', { title: 'Captain' })
    sync().sendNoteAdded('mine', { body: 'met at sea' })
    sync().sendContactDeleted('contact-0')
    sync().sendTyping('mine', 'name', true)
  })
  expect(contacts.contact(contactId('mine'))).toMatchObject({ name: 'Ana', title: 'Captain' })
  expect(contacts.notesOf(contactId('mine')).map(({ body }) => body)).toEqual(['met at sea'])
  expect(contacts.contact(ID)?.deletedAt).toBe(1)
  expect(sawTyping).toEqual([{ contactId: 'mine', field: 'name', isTyping: true }])
})

test('send takes the old messages, in either spelling, with or without a payload', async () => {
  const { sync, workspace, sawTyping } = await open()
  const { contacts } = workspace
  act(() => {
    sync().send({ type: 'contact_created', payload: { contact: { id: 'mine', name: 'Ana' } } })
    sync().send({ type: 'contact_updated', contact_id: 'mine', changes: { name: 'Ana L' } })
    sync().send({ type: 'note_added', contactId: 'mine', note: 'met at sea' })
    sync().send({ type: 'typing', contact_id: 'mine', field: 'name', is_typing: true })
    sync().send({ type: 'cursor_position', contact_id: 'mine', field: 'name', position: 3 })
    sync().send({ type: 'contact_deleted', contact_id: 'contact-0' })
    sync().send({ type: 'ping' })
  })
  expect(contacts.contact(contactId('mine'))?.name).toBe('Ana L')
  expect(contacts.notesOf(contactId('mine'))).toHaveLength(1)
  expect(contacts.contact(ID)?.deletedAt).toBe(1)
  expect(sawTyping).toEqual([{ contactId: 'mine', field: 'name', isTyping: true }])
  expect(workspace.awareness.getLocalState()?.cursor).toEqual({
    contactId: 'mine',
    field: 'name',
    position: 3,
  })
})

test('presence shows one entry a person, the same array until something in it changes', async () => {
  const { sync, setOthers } = await open()
  const bo = () => someone('bo', { editing: { contactId: ID, field: 'name' } })
  act(() => setOthers([bo()]))
  const before = sync().presence
  expect(before).toEqual([
    {
      user_id: 'bo',
      email: null,
      name: 'bo',
      status: 'online',
      joined_at: '2023-11-14T22:13:20.000Z',
      editing_contact_id: ID,
      editing_field: 'name',
      is_typing: false,
      color: '#0070a3',
    },
  ])
  act(() => setOthers([bo()]))
  expect(sync().presence).toBe(before)
})

test('activity reaches the window once, with values before and after', async () => {
  const around = memoryWorkspace(1)
  const details: unknown[] = []
  const listener = ({ detail }: WindowEventMap['workspace:contact_updated']) => details.push(detail)
  window.addEventListener('workspace:contact_updated', listener)
  const Old = () => {
    useWorkspaceSync(OPTIONS)
    return null
  }
  const { unmount } = render(
    <WorkspaceProvider workspace={around.workspace}>
      <Old />
      <Old />
    </WorkspaceProvider>,
  )
  const activity = {
    type: 'contact_updated',
    workspaceId: 'team',
    payload: { contactId: ID, changes: { name: { before: 'Name 0', after: 'Ana' } } },
    user: { id: 'bo', name: 'Bo' },
    seq: 7,
    committedAt: 1_700_000_000_000,
  } as const
  around.tell(activity)
  expect(details).toEqual([activity])
  unmount()
  around.tell(activity)
  expect(details).toHaveLength(1)
  window.removeEventListener('workspace:contact_updated', listener)
})

test("a colleague's typing and caret reach the window; my own other tab's don't", async () => {
  const { workspace, setSelf } = await open()
  act(() => setSelf({ id: 'ana', name: 'Ana', email: 'ana@example.org', role: 'editor' }))
  const details: object[] = []
  const listener = ({ detail }: CustomEvent<object>) => details.push(detail)
  window.addEventListener('workspace:typing', listener)
  window.addEventListener('workspace:cursor_position', listener)
  const tab = (id: string, name: string) => {
    const awareness = new Awareness(new Y.Doc())
    const set = (state: object | null) => {
      awareness.setLocalState(state && { user: { id, name }, ...state })
      const update = encodeAwarenessUpdate(awareness, [awareness.clientID])
      applyAwarenessUpdate(workspace.awareness, update, 'wire')
    }
    return { set, end: () => awareness.destroy() }
  }
  const [bo, mine] = [tab('bo', 'Bo'), tab('ana', 'Ana')]
  const editing = { contactId: ID, field: 'name' }
  bo.set({ editing, typing: true, cursor: { position: 3 } })
  bo.set({ editing, typing: true, cursor: { position: 3 } })
  mine.set({ editing, typing: true })
  bo.set(null)
  const from = { workspaceId: 'team', user: { id: 'bo', name: 'Bo' }, seq: null, committedAt: null }
  expect(details).toEqual([
    { ...from, type: 'typing', payload: { ...editing, isTyping: true } },
    { ...from, type: 'cursor_position', payload: { ...editing, position: 3 } },
    { ...from, type: 'typing', payload: { ...editing, isTyping: false } },
  ])
  window.removeEventListener('workspace:typing', listener)
  window.removeEventListener('workspace:cursor_position', listener)
  bo.end()
  mine.end()
})
