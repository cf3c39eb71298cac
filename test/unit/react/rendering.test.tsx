// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import type { Contact, ContactId } from 'kith-shared'
import { memo, Profiler, type ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
import type { Workspace } from '../../../client/index.js'
import {
  ProviderMissing,
  useContact,
  useContactActions,
  useContactIds,
  useNotes,
  useOthers,
  useSelf,
  useSyncStatus,
  WorkspaceProvider,
} from '../../../client/react/index.js'
import { contactId } from '../contact-id.js'
import { openTeam } from './team.js'

afterEach(cleanup)

const Row = memo(({ id, onRender }: { id: ContactId; onRender(id: string): void }) => (
  <Profiler id={id} onRender={onRender}>
    <Name id={id} />
  </Profiler>
))
const Name = ({ id }: { id: ContactId }) => (
  <li data-testid={id}>{useContact(id, (contact) => ({ name: contact.name }))?.name}</li>
)

const List = ({ onRender }: { onRender(id: string): void }) => (
  <ul>
    {useContactIds().map((id) => (
      <Row key={id} id={id} onRender={onRender} />
    ))}
  </ul>
)

test("a colleague's change of one field renders the one row of 500 that shows it", async () => {
  const { workspace, bo, arrives } = await openTeam(500)
  const rendered: string[] = []
  const listed: string[] = []
  render(
    <WorkspaceProvider workspace={workspace}>
      <Profiler id="list" onRender={() => listed.push('list')}>
        <List onRender={(id) => rendered.push(id)} />
      </Profiler>
    </WorkspaceProvider>,
  )
  expect(rendered).toHaveLength(500)
  rendered.length = 0
  listed.length = 0

  await arrives(() => bo.workspace.actions.setField(contactId('contact-7'), 'title', 'Captain'))
  expect(workspace.contacts.contact(contactId('contact-7'))?.title).toBe('Captain')
  expect(rendered).toEqual([])
  expect(listed).toEqual([])

  await arrives(() => bo.workspace.actions.setField(contactId('contact-7'), 'name', 'Name 7a'))
  expect(rendered).toEqual(['contact-7'])
  expect(screen.getByTestId('contact-7').textContent).toBe('Name 7a')
})

test("somebody's caret renders no row and no list", async () => {
  const { workspace, bo, arrives } = await openTeam(20)
  await arrives(() => bo.goOffline())
  const rendered: string[] = []
  const onRender = (id: string) => rendered.push(id)
  const Here = () => <p>{useOthers((others) => others.length)}</p>
  render(
    <WorkspaceProvider workspace={workspace}>
      <List onRender={onRender} />
      <Profiler id="here" onRender={onRender}>
        <Here />
      </Profiler>
    </WorkspaceProvider>,
  )
  rendered.length = 0
  await arrives(() => bo.goOnline())
  expect(rendered).toEqual(['here'])
  rendered.length = 0
  const editing = { contactId: contactId('contact-3'), field: 'name' }
  await arrives(() => bo.workspace.actions.setEditing(editing))
  expect(workspace.others()).toMatchObject([{ editing }])
  expect(rendered).toEqual([])
})

const show = (workspace: Workspace, part: ReactNode) =>
  render(<WorkspaceProvider workspace={workspace}>{part}</WorkspaceProvider>)

test('ids keep their identity while they are equal, and follow order, search and deletion', async () => {
  const { workspace, bo, arrives } = await openTeam(3)
  const { setField, deleteContact } = bo.workspace.actions
  const seen: (readonly ContactId[])[] = []
  const Ids = ({ search }: { search?: string }) => {
    seen.push(useContactIds({ search }))
    return null
  }
  const { rerender } = show(workspace, <Ids />)
  rerender(
    <WorkspaceProvider workspace={workspace}>
      <Ids />
    </WorkspaceProvider>,
  )
  expect(new Set(seen).size).toBe(1)
  await arrives(() => setField(contactId('contact-1'), 'name', 'Zoe'))
  expect(seen.at(-1)).toEqual(['contact-2', 'contact-3', 'contact-1'])
  await arrives(() => deleteContact(contactId('contact-2')))
  expect(seen.at(-1)).toEqual(['contact-3', 'contact-1'])
  const renders = seen.length
  await arrives(() => setField(contactId('contact-3'), 'name', 'Name 3a'))
  expect(workspace.contacts.contact(contactId('contact-3'))?.name).toBe('Name 3a')
  expect(seen).toHaveLength(renders)
  rerender(
    <WorkspaceProvider workspace={workspace}>
      <Ids search="captains" />
    </WorkspaceProvider>,
  )
  expect(seen.at(-1)).toEqual([])
  await arrives(() => setField(contactId('contact-3'), 'company', 'Captains Ltd'))
  expect(seen.at(-1)).toEqual(['contact-3'])
})

test('a missing contact is undefined, and is there once it is created', async () => {
  const { workspace } = await openTeam()
  let contact: Contact | undefined
  let id = contactId('nobody')
  const Reader = () => {
    contact = useContact(id)
    return null
  }
  const { rerender } = show(workspace, <Reader />)
  expect(contact).toBeUndefined()
  act(() => {
    id = workspace.actions.createContact({ name: 'Ana' })
  })
  rerender(
    <WorkspaceProvider workspace={workspace}>
      <Reader />
    </WorkspaceProvider>,
  )
  expect(contact?.name).toBe('Ana')
})

test('notes of one contact keep their identity while those of another change', async () => {
  const { workspace, bo, arrives } = await openTeam(2)
  const { addNote } = bo.workspace.actions
  let renders = 0
  const Notes = () => {
    renders++
    return <p data-testid="notes">{useNotes(contactId('contact-1')).map(({ body }) => body)}</p>
  }
  show(workspace, <Notes />)
  await arrives(() => addNote(contactId('contact-2'), 'about another'))
  expect(workspace.contacts.notesOf(contactId('contact-2'))).toHaveLength(1)
  expect(renders).toBe(1)
  await arrives(() => addNote(contactId('contact-1'), 'about this one'))
  expect(screen.getByTestId('notes').textContent).toBe('about this one')
})

test('status and self follow the workspace', async () => {
  const { ana, arrives } = await openTeam()
  const Me = () => `${useSyncStatus().connection.state} ${useSelf()?.name ?? 'nobody'}`
  ana.failStorage('blocked')
  // One that knows nothing of an earlier time.
  const { container } = show(ana.openTab(), <Me />)
  expect(container.textContent).toBe('loading nobody')
  await arrives(() => undefined)
  expect(container.textContent).toBe('live Ana')
  await arrives(() => ana.goOffline())
  expect(container.textContent).toBe('offline Ana')
})

test('who selects a part of the status renders when that part is another one', async () => {
  const { ana, workspace, arrives, settled } = await openTeam()
  let renders = 0
  const State = () => {
    renders++
    return useSyncStatus(({ connection }) => connection.state)
  }
  const { container } = show(workspace, <State />)
  await arrives(() => ana.goOffline())
  expect(container.textContent).toBe('offline')
  const before = renders
  await arrives(() => workspace.disconnect())
  expect(workspace.status().connection.reason).toBe('disconnected')
  expect(renders).toBe(before)
  ana.goOnline()
  workspace.connect()
  await settled()
  expect(container.textContent).toBe('live')
})

test('a hook outside a provider says what is missing', () => {
  const Lost = () => {
    useContactActions()
    return null
  }
  const quiet = console.error
  console.error = () => undefined
  expect(() => render(<Lost />)).toThrow(ProviderMissing)
  console.error = quiet
})
