// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { WorkspaceProvider } from 'kith-client/react'
import { afterEach, expect, test } from 'vitest'
import { RefusedChanges } from '../../../demo/src/status/refused-changes.js'
import { openTeam } from '../react/team.js'

afterEach(cleanup)

test('a refused change is named once, and discarded only at the second press', async () => {
  const { workspace, settled } = await openTeam(1)
  const fields = workspace.doc.getMap('fields')
  workspace.doc.transact(() => {
    for (const id of ['a', 'b']) fields.set(`contact-1/phones/${id}`, 'x'.repeat(20_000))
  })
  await settled()
  expect(workspace.refusedChanges()).toMatchObject([
    { touches: ['contact-1/phones/a', 'contact-1/phones/b'] },
  ])
  render(
    <WorkspaceProvider workspace={workspace}>
      <RefusedChanges />
    </WorkspaceProvider>,
  )
  const text = 'Phone of Name 1 (a value too large, or of a kind that is not kept here)'
  expect(screen.getByText(text)).toBeTruthy()
  const button = screen.getByRole('button', { name: 'Discard' })
  act(() => button.click())
  fireEvent.blur(button)
  act(() => button.click())
  expect(workspace.refusedChanges()).toHaveLength(1)
  act(() => button.click())
  expect(workspace.refusedChanges()).toEqual([])
})
