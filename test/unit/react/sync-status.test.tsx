// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { SyncStatus, WorkspaceProvider } from 'kith-client/react'
import { createTestWorkspace } from 'kith-client/testing'
import { afterEach, expect, test } from 'vitest'

const team = createTestWorkspace({ contacts: [{ name: 'Eve' }] })
const [ana] = team.peers

afterEach(async () => {
  cleanup()
  await team.close()
})

const passes = (milliseconds: number) => act(() => team.passes(milliseconds))
const says = () => screen.getByRole('status').textContent

test('[V7] the status counts by the clock of the workspace: in the kit, time that a test lets pass', async () => {
  render(
    <WorkspaceProvider workspace={ana.workspace}>
      <SyncStatus />
    </WorkspaceProvider>,
  )
  await passes(1_000)
  expect(says()).toBe('')
  team.server.goAway()
  ana.workspace.actions.createContact({ name: 'Zoe' })
  await passes(290)
  expect(says()).toBe('')
  await passes(20)
  expect(says()).toBe('Saving…')
  team.server.comeBack()
  await act(() => team.settled())
  expect(says()).toBe('Saved')
  await passes(1_000)
  expect(says()).toBe('')
  ana.goOffline()
  await passes(4_990)
  expect(says()).toBe('')
  await passes(20)
  expect(says()).toBe('Offline')
})
