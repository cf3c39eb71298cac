// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react'
import { InvalidValue } from 'kith-shared'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { ReadOnlyError, type Workspace, type WorkspaceOptions } from '../../../client/index.js'
import {
  useWorkspaceSync,
  WorkspaceProvider,
  type WorkspaceSync,
  type WorkspaceSyncOptions,
} from '../../../client/react/index.js'
import { createWorkspace } from '../../../client/workspace.js'
import { contactId } from '../contact-id.js'
import { type Opened, openedOn } from './opened.js'
import { openTeam } from './team.js'

let team: Awaited<ReturnType<typeof openTeam>>
const opened: Opened[] = []

vi.mock('../../../client/index.js', async (original) => {
  const real = await original<typeof import('../../../client/index.js')>()
  const create = (options: WorkspaceOptions) => {
    const one = openedOn(real.createWorkspace, team, options)
    opened.push(one)
    return one.workspace
  }
  return { ...real, createWorkspace: create }
})

beforeEach(async () => {
  team = await openTeam(2)
  opened.length = 0
})
afterEach(cleanup)

const REQUEST = { reason: 'connect', signal: new AbortController().signal } as const
const goodToken = async () => team.ana.options.getToken(REQUEST)
const ID = contactId('contact-1')

const open = async (more: Partial<WorkspaceSyncOptions> = {}, around?: Workspace) => {
  const syncs: WorkspaceSync[] = []
  const options = { workspaceId: 'team', userId: 'ana', token: await goodToken(), ...more }
  const Old = (props: Partial<WorkspaceSyncOptions>) => {
    syncs.push(useWorkspaceSync({ ...options, ...props }))
    return null
  }
  const tree = (props: Partial<WorkspaceSyncOptions> = {}) =>
    around === undefined ? (
      <Old {...props} />
    ) : (
      <WorkspaceProvider workspace={around}>
        <Old {...props} />
      </WorkspaceProvider>
    )
  const { rerender, unmount } = render(tree())
  await team.settled()
  const workspace = around ?? opened[0]?.workspace
  if (workspace === undefined) throw new Error('nothing was opened')
  const sync = () => {
    const last = syncs.at(-1)
    if (last === undefined) throw new Error('nothing was rendered')
    return last
  }
  const again = async (props: Partial<WorkspaceSyncOptions>) => {
    rerender(tree(props))
    await team.settled()
  }
  const state = () => workspace.status().connection.state
  return { workspace, token: options.token, sync, state, again, unmount }
}

test('it opens a workspace of its own with the old options', async () => {
  const { sync, token } = await open({ wsUrl: 'ws://example.org', reconnectInterval: 50 })
  expect(opened[0]?.options).toMatchObject({
    url: 'ws://example.org',
    workspaceId: 'team',
    userId: 'ana',
    reconnectCeiling: 50,
  })
  expect(opened[0]?.options.getToken(REQUEST)).toBe(token)
  expect(sync().isConnected).toBe(true)
  cleanup()
  opened.length = 0
  await open({ token: async () => 'fresh' })
  expect(opened[0]?.options.url).toBe(location.origin)
  expect(opened[0]?.options.reconnectCeiling).toBe(3000)
  expect(await opened[0]?.options.getToken(REQUEST)).toBe('fresh')
})

test("under a provider it uses that one's workspace", async () => {
  const { sync, state, unmount } = await open({}, team.workspace)
  expect(sync().isConnected).toBe(true)
  unmount()
  await team.settled()
  expect([opened, state()]).toEqual([[], 'live'])
})

test('connecting and disconnecting are told, and autoReconnect={false} stays away', async () => {
  const told: string[] = []
  const { sync, workspace } = await open({
    autoReconnect: false,
    onConnected: () => told.push('connected'),
    onDisconnected: () => told.push('disconnected'),
  })
  await team.arrives(() => team.ana.goOffline())
  expect(sync().isConnected).toBe(false)
  team.ana.goOnline()
  await team.settled()
  expect(workspace.status().connection).toEqual({ state: 'offline', reason: 'disconnected' })
  expect(told).toEqual(['connected', 'disconnected'])
})

test.each(['needs-auth', 'denied'])(
  'a new token text is tried where the old one was %s',
  async (refused) => {
    const { ana } = team
    const { again, state, sync } = await open(refused === 'denied' ? {} : { token: 'worthless' })
    if (refused === 'denied') await team.arrives(() => ana.remove())
    ana.setRole('editor')
    await again({})
    expect(state()).toBe(refused)
    await again({ token: await goodToken() })
    expect([state(), sync().isConnected]).toEqual(['live', true])
  },
)

test('what goes wrong, and what is not taken, reaches onError', async () => {
  const errors: Error[] = []
  const { sync } = await open({ onError: (error) => errors.push(error) }, team.workspace)
  team.ana.failStorage()
  act(() => sync().sendContactUpdated(ID, { title: 'Captain' }))
  await team.settled()
  expect(errors.splice(0)).toMatchObject([{ name: 'SyncError', code: 'storage' }])
  sync().sendContactDeleted('nobody')
  sync().sendContactUpdated('no id!', { name: 'Ana' })
  sync().sendContactUpdated(ID, { name: '' })
  expect(errors).toEqual([
    new InvalidValue('contactId', 'not-found'),
    new InvalidValue('contactId', 'format'),
    new InvalidValue('name', 'empty'),
  ])
})

test("[V8] a user id that is not the token's is told once, also to who comes later", async () => {
  const { ana, bo } = team
  const around = createWorkspace({ ...ana.options, getToken: bo.options.getToken }, ana.parts)
  around.start()
  const errors: Error[] = []
  const { sync, unmount } = await open({ onError: (error) => errors.push(error) }, around)
  expect(sync().isConnected).toBe(false)
  expect(errors.splice(0)).toMatchObject([{ name: 'SyncError', code: 'user-mismatch' }])
  unmount()
  await open({ onError: (error) => errors.push(error) }, around)
  expect(errors).toMatchObject([{ name: 'SyncError', code: 'user-mismatch' }])
  await around.close()
})

test('what the document does not take is thrown where nobody listens for errors', async () => {
  const { sync } = await open()
  expect(() => sync().sendNoteAdded(ID, ' ')).toThrow(InvalidValue)
})

test('a viewer creates nothing, with an id of its own neither', async () => {
  const { sync, workspace } = await open()
  await team.arrives(() => team.ana.setRole('viewer'))
  expect(() => sync().sendContactCreated({ id: 'mine', name: 'Ana' })).toThrow(ReadOnlyError)
  expect(workspace.contacts.contact(contactId('mine'))).toBeUndefined()
})

/** As Bo sees her. */
const anaIs = () => team.bo.workspace.others()[0]

test('the senders change the document and the presence', async () => {
  const { sync, workspace } = await open()
  const { contacts } = workspace
  act(() => {
    sync().sendContactCreated({ id: 'mine', name: 'Ana', emails: [{ value: 'a@example.org' }] })
    sync().sendContactUpdated('mine', { title: 'Captain' })
    sync().sendNoteAdded('mine', { body: 'met at sea' })
    sync().sendContactDeleted('contact-1')
    sync().sendTyping('mine', 'name', true)
  })
  expect(contacts.contact(contactId('mine'))).toMatchObject({ name: 'Ana', title: 'Captain' })
  expect(contacts.notesOf(contactId('mine')).map(({ body }) => body)).toEqual(['met at sea'])
  expect(contacts.contact(ID)?.deletedAt).toBe(team.team.now())
  await team.passes(200)
  expect(anaIs()).toMatchObject({ editing: { contactId: 'mine', field: 'name' }, typing: true })
})

test('send takes the old messages, in either spelling, with or without a payload', async () => {
  const { sync, workspace } = await open()
  const { contacts } = workspace
  act(() => {
    sync().send({ type: 'contact_created', payload: { contact: { id: 'mine', name: 'Ana' } } })
    sync().send({ type: 'contact_updated', contact_id: 'mine', changes: { name: 'Ana L' } })
    sync().send({ type: 'note_added', contactId: 'mine', note: 'met at sea' })
    sync().send({ type: 'typing', contact_id: 'mine', field: 'name', is_typing: true })
    sync().send({ type: 'cursor_position', contact_id: 'mine', field: 'name', position: 3 })
    sync().send({ type: 'contact_deleted', contact_id: 'contact-1' })
    sync().send({ type: 'ping' })
  })
  expect(contacts.contact(contactId('mine'))?.name).toBe('Ana L')
  expect(contacts.notesOf(contactId('mine'))).toHaveLength(1)
  expect(contacts.contact(ID)?.deletedAt).toBe(team.team.now())
  await team.passes(200)
  expect(anaIs()).toMatchObject({ editing: { contactId: 'mine', field: 'name' }, typing: true })
  expect(workspace.awareness.getLocalState()?.cursor).toEqual({
    contactId: 'mine',
    field: 'name',
    position: 3,
  })
})

test('presence shows one entry a person, the same array until something in it changes', async () => {
  const { bo, passes } = team
  const { sync } = await open()
  bo.workspace.actions.setEditing({ contactId: ID, field: 'name' })
  await passes(200)
  const before = sync().presence
  expect(before).toEqual([
    {
      user_id: 'bo',
      email: null,
      name: 'Bo',
      status: 'online',
      joined_at: expect.stringMatching(/^2026-01-01T00:00:00\.\d{3}Z$/),
      editing_contact_id: ID,
      editing_field: 'name',
      is_typing: false,
      color: expect.stringMatching(/^#/),
    },
  ])
  // Long enough for a renewal of the same.
  await passes(20_000)
  expect(sync().presence).toBe(before)
})

/** What the window is told, until the test ends. */
const listenTo = (...types: (keyof WindowEventMap & `workspace:${string}`)[]): unknown[] => {
  const details: unknown[] = []
  const listener = (event: Event) => event instanceof CustomEvent && details.push(event.detail)
  for (const type of types) {
    window.addEventListener(type, listener)
    onTestFinished(() => window.removeEventListener(type, listener))
  }
  return details
}

test('activity reaches the window once, with values before and after', async () => {
  const { bo, arrives, workspace } = team
  const details = listenTo('workspace:contact_updated')
  const options = { workspaceId: 'team', userId: 'ana', token: '' }
  const Old = () => {
    useWorkspaceSync(options)
    return null
  }
  const { unmount } = render(
    <WorkspaceProvider workspace={workspace}>
      <Old />
      <Old />
    </WorkspaceProvider>,
  )
  await arrives(() => bo.workspace.actions.setField(ID, 'name', 'Eve'))
  expect(details).toEqual([
    {
      type: 'contact_updated',
      workspaceId: 'team',
      payload: { contactId: ID, changes: { name: { before: 'Name 1', after: 'Eve' } } },
      user: { id: 'bo', name: 'Bo' },
      seq: 2,
      committedAt: expect.any(Number),
    },
  ])
  unmount()
  await arrives(() => bo.workspace.actions.setField(ID, 'name', 'Eva'))
  expect(workspace.contacts.contact(ID)?.name).toBe('Eva')
  expect(details).toHaveLength(1)
})

test("a colleague's typing and caret reach the window; my own other tab's don't", async () => {
  const { ana, bo, arrives } = team
  await open()
  const details = listenTo('workspace:typing', 'workspace:cursor_position')
  const editing = { contactId: ID, field: 'name' }
  await arrives(() => {
    for (const { workspace } of [bo, ana]) {
      workspace.actions.setEditing(editing)
      workspace.actions.setTyping(ID, 'name', true)
      workspace.awareness.setLocalStateField('cursor', { position: 3 })
    }
  })
  await arrives(() => bo.workspace.awareness.setLocalStateField('cursor', { position: 3 }))
  await arrives(() => bo.goOffline())
  const from = { workspaceId: 'team', user: { id: 'bo', name: 'Bo' }, seq: null, committedAt: null }
  expect(details).toEqual([
    { ...from, type: 'typing', payload: { ...editing, isTyping: true } },
    { ...from, type: 'cursor_position', payload: { ...editing, position: 3 } },
    { ...from, type: 'typing', payload: { ...editing, isTyping: false } },
  ])
})
