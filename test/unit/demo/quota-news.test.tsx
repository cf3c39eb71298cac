// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { WorkspaceProvider } from 'kith-client/react'
import { createTestWorkspace } from 'kith-client/testing'
import { afterEach, expect, test } from 'vitest'
import { useQuotaNews } from '../../../demo/src/status/use-quota-news.js'
import { ToastProvider } from '../../../demo/src/toast/toast.js'

const team = createTestWorkspace({ people: ['Ana'], documentBytes: 10_000 })
const [ana] = team.peers

afterEach(async () => {
  cleanup()
  await team.close()
})

const Screen = () => {
  useQuotaNews()
  return null
}

test('[A5] a warning of the server is said in its own words, and no other error', async () => {
  const told: string[] = []
  ana.workspace.onError(({ code }) => told.push(code))
  render(
    <ToastProvider>
      <WorkspaceProvider workspace={ana.workspace}>
        <Screen />
      </WorkspaceProvider>
    </ToastProvider>,
  )
  ana.failStorage()
  const id = ana.workspace.actions.createContact({ name: 'Zoe' })
  await act(() => team.settled())
  expect(told).toEqual(['storage'])
  expect(screen.queryByTestId('toast')).toBeNull()
  ana.workspace.actions.addNote(id, 'x'.repeat(8_100))
  await act(() => team.settled())
  expect(told).toEqual(['storage', 'quota-warning'])
  expect(screen.getByTestId('toast').textContent).toContain('This workspace is 82% full.')
})
