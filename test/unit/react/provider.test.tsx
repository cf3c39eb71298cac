// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkspaceOptions } from '../../../client/index.js'
import {
  useContactActions,
  useContactIds,
  useField,
  useOthers,
  useSyncStatus,
  useWorkspace,
  WorkspaceNotOpen,
  WorkspaceProvider,
} from '../../../client/react/index.js'
import { contactId } from '../contact-id.js'
import { type Opened, openedOn } from './opened.js'
import { openTeam } from './team.js'

let team: Awaited<ReturnType<typeof openTeam>>
const opened: Opened[] = []

vi.mock('../../../client/index.js', async (original) => {
  const real = await original<typeof import('../../../client/index.js')>()
  const createWorkspace = (options: WorkspaceOptions) => {
    const { getToken } = team.ana.options
    const one = openedOn(real.createWorkspace, team, { ...options, getToken })
    opened.push({ ...one, options })
    return one.workspace
  }
  return { ...real, createWorkspace }
})

const complaints: unknown[][] = []

beforeEach(async () => {
  team = await openTeam(2)
  opened.length = 0
  complaints.length = 0
  vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => {
    complaints.push(words)
  })
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const OPTIONS = { url: 'http://localhost', workspaceId: 'team', userId: 'ana' }

const Screen = () => {
  const { props } = useField(contactId('contact-1'), 'name')
  return (
    <p>
      {useContactIds().length} contacts, {useOthers((others) => others.map(({ tabs }) => tabs))},{' '}
      {useSyncStatus().connection.state}
      <input {...props} />
    </p>
  )
}

const App = ({ workspaceId = 'team', token = 'one' }) => (
  <WorkspaceProvider {...OPTIONS} workspaceId={workspaceId} getToken={() => token}>
    <Screen />
  </WorkspaceProvider>
)

const settled = () => team.settled()

test('StrictMode opens one workspace, and unmounting closes it', async () => {
  const { container, unmount } = render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  await settled()
  expect(opened).toHaveLength(1)
  expect(opened[0]?.calls).toEqual(['start'])
  expect(container.textContent).toBe('2 contacts, 1, live')
  unmount()
  await settled()
  expect(opened[0]?.calls).toEqual(['start', 'close'])
  expect(complaints).toEqual([])
})

test('new inline props change nothing, and the newest getToken answers', async () => {
  const { rerender } = render(<App token="one" />)
  rerender(<App token="two" />)
  await settled()
  expect(opened).toHaveLength(1)
  const request = { reason: 'renew', signal: new AbortController().signal } as const
  expect(await opened[0]?.options.getToken(request)).toBe('two')
})

test('another workspace id closes the old workspace and opens the new one', async () => {
  const seen: (string | undefined)[] = []
  const Seer = () => {
    seen.push(useWorkspace()?.doc.guid)
    return null
  }
  const tree = (workspaceId: string) => (
    <WorkspaceProvider {...OPTIONS} workspaceId={workspaceId} getToken={() => ''}>
      <Seer />
    </WorkspaceProvider>
  )
  const { rerender } = render(tree('team'))
  await settled()
  rerender(tree('family'))
  await settled()
  expect(opened.map(({ options, calls }) => [options.workspaceId, ...calls])).toEqual([
    ['team', 'start', 'close'],
    ['family', 'start'],
  ])
  const [team, family] = opened.map(({ workspace }) => workspace.doc.guid)
  // Between the two nobody gets the old workspace under the new name.
  expect(seen.filter((guid, at) => at === 0 || guid !== seen[at - 1])).toEqual([
    undefined,
    team,
    undefined,
    family,
  ])
})

test('what was typed last is in the document when the provider goes', async () => {
  const { container, unmount } = render(<App />)
  await settled()
  const input = container.querySelector('input')
  act(() => input?.focus())
  if (input) {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, 'Ana')
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const nameAtClose: (string | undefined)[] = []
  const [memory] = opened
  if (memory === undefined) throw new Error('nothing was opened')
  const { workspace } = memory
  const close = workspace.close
  workspace.close = () => {
    nameAtClose.push(workspace.contacts.contact(contactId('contact-1'))?.name)
    return close()
  }
  unmount()
  await settled()
  expect(nameAtClose).toEqual(['Ana'])
})

test('on a server nothing is opened, and hydrating warns of nothing', async () => {
  const html = renderToString(<App />)
  expect(opened).toHaveLength(0)
  expect(html).toContain('loading')
  const place = document.createElement('div')
  place.innerHTML = html
  document.body.append(place)
  const recovered: unknown[] = []
  const root = await act(async () =>
    hydrateRoot(place, <App />, { onRecoverableError: (error) => recovered.push(error) }),
  )
  await settled()
  expect(place.textContent).toBe('2 contacts, 1, live')
  expect(opened).toHaveLength(1)
  expect([recovered, complaints]).toEqual([[], []])
  await act(async () => root.unmount())
  place.remove()
})

test('a workspace that is handed in is used, and neither started nor closed', async () => {
  const { workspace } = team
  const { container, unmount } = render(
    <WorkspaceProvider workspace={workspace}>
      <Screen />
    </WorkspaceProvider>,
  )
  expect(container.textContent).toBe('2 contacts, 1, live')
  unmount()
  await settled()
  expect(opened).toEqual([])
  expect(workspace.status().connection.state).toBe('live')
})

test('an action before the workspace is there says so', () => {
  const Eager = () => {
    useContactActions().createContact({ name: 'Ana' })
    return null
  }
  expect(() =>
    renderToString(
      <WorkspaceProvider {...OPTIONS} getToken={() => ''}>
        <Eager />
      </WorkspaceProvider>,
    ),
  ).toThrow(WorkspaceNotOpen)
})
