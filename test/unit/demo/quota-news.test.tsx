// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { SyncError } from 'kith-client'
import { WorkspaceProvider } from 'kith-client/react'
import { afterEach, expect, test } from 'vitest'
import { useQuotaNews } from '../../../demo/src/status/use-quota-news.js'
import { ToastProvider } from '../../../demo/src/toast/toast.js'
import { memoryWorkspace } from '../react/memory-workspace.js'

afterEach(cleanup)

const Screen = () => {
  useQuotaNews()
  return null
}

test('[A5] a warning of the server is said in its own words, and no other error', () => {
  const { workspace, fail } = memoryWorkspace(1)
  render(
    <ToastProvider>
      <WorkspaceProvider workspace={workspace}>
        <Screen />
      </WorkspaceProvider>
    </ToastProvider>,
  )
  act(() => fail(new SyncError('storage', 'nothing can be kept')))
  expect(screen.queryByTestId('toast')).toBeNull()
  act(() => fail(new SyncError('quota-warning', 'This workspace is 81% full.')))
  expect(screen.getByTestId('toast').textContent).toContain('This workspace is 81% full.')
})
