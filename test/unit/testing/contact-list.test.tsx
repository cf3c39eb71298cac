// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ContactId } from 'kith-client'
import { useContact, useContactActions, useContactIds, WorkspaceProvider } from 'kith-client/react'
import { createTestWorkspace } from 'kith-client/testing'
import { expect, test } from 'vitest'

const Row = ({ id }: { id: ContactId }) => <li>{useContact(id)?.name}</li>

const Contacts = () => {
  const { createContact } = useContactActions()
  return (
    <>
      <ul>
        {useContactIds({ sort: 'name' }).map((id) => (
          <Row key={id} id={id} />
        ))}
      </ul>
      <button type="button" onClick={() => createContact({ name: 'Zoe' })}>
        Add Zoe
      </button>
    </>
  )
}

const namesShown = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent)

test('[T4] the list shows what both people add', async () => {
  const team = createTestWorkspace({ contacts: [{ name: 'Eve' }] })
  const [ana, bo] = team.peers
  await team.settled()
  render(
    <WorkspaceProvider workspace={ana.workspace}>
      <Contacts />
    </WorkspaceProvider>,
  )
  expect(namesShown()).toEqual(['Eve'])

  fireEvent.click(screen.getByText('Add Zoe'))
  bo.workspace.actions.createContact({ name: 'Kim' })
  await act(() => team.settled())
  expect(namesShown()).toEqual(['Eve', 'Kim', 'Zoe'])

  cleanup()
  await team.close()
})
