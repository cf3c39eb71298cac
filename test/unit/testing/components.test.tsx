// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ContactId } from 'kith-client'
import {
  CursorTracker,
  PresenceIndicator,
  SyncStatus,
  TypingIndicator,
  useField,
  WorkspaceProvider,
} from 'kith-client/react'
import { createTestWorkspace } from 'kith-client/testing'
import { StrictMode } from 'react'
import { afterEach, expect, test } from 'vitest'

afterEach(cleanup)

const Name = ({ id }: { id: ContactId }) => (
  <input aria-label="name" {...useField(id, 'name').props} />
)

const open = async () => {
  const team = createTestWorkspace({ people: ['Ana', 'Bo Lee'], contacts: [{ name: 'Eve' }] })
  const [ana, bo] = team.peers
  const [id] = team.contactIds
  if (id === undefined) throw new Error('no contact')
  await team.settled()
  render(
    <StrictMode>
      <WorkspaceProvider workspace={ana.workspace}>
        <SyncStatus />
        <PresenceIndicator />
        <TypingIndicator />
        <CursorTracker>
          <Name id={id} />
        </CursorTracker>
      </WorkspaceProvider>
    </StrictMode>,
  )
  return { team, ana, bo, id, input: screen.getByLabelText<HTMLInputElement>('name') }
}

test('[T1] what is typed into a field is written once everything has settled, without leaving it', async () => {
  const { team, bo, id, input } = await open()
  act(() => input.focus())
  fireEvent.change(input, { target: { value: 'Eva' } })
  expect(bo.workspace.contacts.contact(id)?.name).toBe('Eve')
  await act(() => team.settled())
  expect(bo.workspace.contacts.contact(id)?.name).toBe('Eva')
  cleanup()
  await team.close()
})

test('[T1] all components run where nothing has a place, with others in the fields', async () => {
  const { team, bo, id, input } = await open()
  bo.workspace.actions.setEditing({ contactId: id, field: 'name' })
  bo.workspace.actions.setTyping(id, 'name', true)
  await act(() => team.settled())
  expect(screen.getByText(/Bo Lee is typing/)).toBeDefined()
  bo.workspace.actions.setField(id, 'name', 'Evi')
  await act(() => team.settled())
  expect(input.value).toBe('Evi')
  cleanup()
  await team.close()
})
