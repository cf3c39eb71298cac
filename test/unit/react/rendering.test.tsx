// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { addNote, type Contact, type ContactId, isNoteId, setField } from 'kith-shared'
import { memo, Profiler, type ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
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
import { contactId, memoryWorkspace, someone } from './memory-workspace.js'

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

test("a colleague's change of one field renders the one row of 500 that shows it", () => {
  const { workspace, colleague } = memoryWorkspace(500)
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

  act(() => setField(colleague, contactId('contact-7'), 'title', 'Captain'))
  expect(rendered).toEqual([])
  expect(listed).toEqual([])

  act(() => setField(colleague, contactId('contact-7'), 'name', 'Name 7a'))
  expect(rendered).toEqual(['contact-7'])
  expect(screen.getByTestId('contact-7').textContent).toBe('Name 7a')
})

test("somebody's caret renders no row and no list", () => {
  const { workspace, setOthers } = memoryWorkspace(20)
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
  act(() => setOthers([someone('bo')]))
  expect(rendered).toEqual(['here'])
  rendered.length = 0
  act(() => setOthers([someone('bo', { editing: { contactId: 'contact-3', field: 'name' } })]))
  expect(rendered).toEqual([])
})

const show = (workspace: ReturnType<typeof memoryWorkspace>['workspace'], part: ReactNode) =>
  render(<WorkspaceProvider workspace={workspace}>{part}</WorkspaceProvider>)

test('ids keep their identity while they are equal, and follow order, search and deletion', () => {
  const { workspace, colleague } = memoryWorkspace(3)
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
  act(() => setField(colleague, contactId('contact-0'), 'name', 'Zoe'))
  expect(seen.at(-1)).toEqual(['contact-1', 'contact-2', 'contact-0'])
  act(() => setField(colleague, contactId('contact-1'), 'deletedAt', 5))
  expect(seen.at(-1)).toEqual(['contact-2', 'contact-0'])
  rerender(
    <WorkspaceProvider workspace={workspace}>
      <Ids search="captains" />
    </WorkspaceProvider>,
  )
  expect(seen.at(-1)).toEqual([])
  act(() => setField(colleague, contactId('contact-2'), 'company', 'Captains Ltd'))
  expect(seen.at(-1)).toEqual(['contact-2'])
})

test('a missing contact is undefined, and is there once it is created', () => {
  const { workspace } = memoryWorkspace()
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

test('notes of one contact keep their identity while those of another change', () => {
  const { workspace, colleague } = memoryWorkspace(2)
  let renders = 0
  const Notes = () => {
    renders++
    return <p data-testid="notes">{useNotes(contactId('contact-0')).map(({ body }) => body)}</p>
  }
  show(workspace, <Notes />)
  const add = (id: string, contact: string) => {
    if (isNoteId(id)) addNote(colleague, id, contactId(contact), `about ${contact}`, 1)
  }
  act(() => add('n1', 'contact-1'))
  expect(renders).toBe(1)
  act(() => add('n2', 'contact-0'))
  expect(screen.getByTestId('notes').textContent).toBe('about contact-0')
})

test('status and self follow the workspace', () => {
  const { workspace, setConnection, setSelf } = memoryWorkspace()
  const Me = () => `${useSyncStatus().connection.state} ${useSelf()?.name ?? 'nobody'}`
  const { container } = show(workspace, <Me />)
  expect(container.textContent).toBe('live nobody')
  act(() => {
    setConnection({ state: 'offline', reason: 'no-network' })
    setSelf({ id: 'ana', name: 'Ana', email: 'ana@example.org', role: 'editor' })
  })
  expect(container.textContent).toBe('offline Ana')
})

test('who selects a part of the status renders when that part is another one', () => {
  const { workspace, setConnection } = memoryWorkspace()
  let renders = 0
  const State = () => {
    renders++
    return useSyncStatus(({ connection }) => connection.state)
  }
  const { container } = show(workspace, <State />)
  act(() => setConnection({ state: 'offline', reason: 'no-network' }))
  expect(container.textContent).toBe('offline')
  const before = renders
  act(() => setConnection({ state: 'offline', reason: 'disconnected' }))
  expect(renders).toBe(before)
  act(() => setConnection({ state: 'live', reason: 'live' }))
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
