// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react'
import { WorkspaceProvider } from 'kith-client/react'
import { createTestWorkspace } from 'kith-client/testing'
import { createElement } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rememberOwnNote } from '../../../demo/src/contact/note-authors.js'
import { createSeenStore } from '../../../demo/src/digest/seen-store.js'
import { useNews } from '../../../demo/src/digest/use-news.js'
import { useDismissals } from '../../../demo/src/duplicates/kept-dismissals.js'
import { followChanges } from '../../../demo/src/list/changed-times.js'
import { writeFilters } from '../../../demo/src/list/kept-filters.js'
import { NO_FILTER } from '../../../demo/src/list/list-filter.js'
import { rememberSession, sessionFor } from '../../../demo/src/session/session.js'
import { rememberName, rememberWorkspace } from '../../../demo/src/workspaces/known-workspaces.js'
import { forgetKept } from '../../../demo/src/workspaces/take-off-device.js'

const team = createTestWorkspace({ people: ['Ana'] })
const [{ workspace }] = team.peers
const { userId, id } = workspace

beforeEach(() => localStorage.clear())
afterEach(() => team.close())

/** All that the app keeps of a workspace beside its documents, each by what keeps it. */
const keepAll = async (): Promise<void> => {
  rememberSession({ ...sessionFor('Ana', id), userId })
  rememberWorkspace(userId, { id, name: 'Team', role: 'owner', members: 1 })
  rememberName(userId, id, 'Team')
  createSeenStore(userId, id).saw({ at: 1, seq: 1 })
  writeFilters(userId, id, {
    last: { ...NO_FILTER, tags: ['secret'] },
    named: [{ name: 'Mine', filter: NO_FILTER }],
  })
  const changes = followChanges(workspace)
  const [a, b] = [1, 2].map((n) => workspace.actions.createContact({ name: `Contact ${n}` }))
  if (a === undefined || b === undefined) throw new Error('two were created')
  workspace.actions.setField(a, 'company', 'Navy')
  changes.close()
  rememberOwnNote(workspace, workspace.actions.addNote(a, 'Hello'))
  const { result, unmount } = renderHook(() => useDismissals(userId, id))
  act(() => result.current.dismiss([a, b]))
  unmount()
  await Promise.resolve()
}

test('[W25] a workspace that is taken off the device leaves no word of it there', async () => {
  await keepAll()
  const kept = Object.keys(localStorage).filter((key) => localStorage.getItem(key) !== '[]')
  expect(kept).toHaveLength(8)
  forgetKept(userId, id)
  const left = Object.keys(localStorage).filter((key) => localStorage.getItem(key) !== '[]')
  expect(left).toEqual([])
})

test('[W25] nothing is written about it again when its page goes', async () => {
  const other = createTestWorkspace({ people: ['Bo'] })
  const [bo] = other.peers
  await other.settled()
  const { unmount } = renderHook(() => useNews(bo.workspace.userId, bo.workspace.id, undefined), {
    wrapper: ({ children }) =>
      createElement(WorkspaceProvider, { workspace: bo.workspace }, children),
  })
  await vi.waitFor(() => expect(Object.keys(localStorage)).toHaveLength(1), 20_000)
  await bo.workspace.close()
  forgetKept(bo.workspace.userId, bo.workspace.id)
  unmount()
  expect(Object.keys(localStorage).filter((key) => localStorage.getItem(key) !== '[]')).toEqual([])
  await other.close()
})
