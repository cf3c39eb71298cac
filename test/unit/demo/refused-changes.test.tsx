// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { RefusedChange, Workspace } from 'kith-client'
import { WorkspaceProvider } from 'kith-client/react'
import { afterEach, expect, test } from 'vitest'
import { RefusedChanges } from '../../../demo/src/status/refused-changes.js'
import { memoryWorkspace } from '../react/memory-workspace.js'

afterEach(cleanup)

const CHANGE: RefusedChange = {
  id: 'edit-1',
  reason: 'too-heavy',
  touches: ['contact-0/name', 'contact-0/name'],
  update: new Uint8Array([0, 0]),
}

test('a refused change is named once, and discarded only at the second press', () => {
  const discarded: string[] = []
  const workspace: Workspace = {
    ...memoryWorkspace(1).workspace,
    refusedChanges: () => [CHANGE],
    discardRefused: (id) => {
      discarded.push(id)
    },
  }
  render(
    <WorkspaceProvider workspace={workspace}>
      <RefusedChanges />
    </WorkspaceProvider>,
  )
  expect(screen.getByText(/^Name of Name 0 \(it would make the workspace slow\)$/)).toBeTruthy()
  const button = screen.getByRole('button', { name: 'Discard' })
  act(() => button.click())
  expect(discarded).toEqual([])
  fireEvent.blur(button)
  act(() => button.click())
  expect(discarded).toEqual([])
  act(() => button.click())
  expect(discarded).toEqual(['edit-1'])
})
