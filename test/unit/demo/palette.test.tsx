// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { WorkspaceProvider } from 'kith-client/react'
import { createTestWorkspace } from 'kith-client/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Palette } from '../../../demo/src/palette/palette.js'

/** More than are looked through at once. */
const MANY = 10_100
const team = createTestWorkspace({
  people: ['Ana'],
  contacts: Array.from({ length: MANY }, (_, at) => ({ name: `Name ${at}` })),
})
const [{ workspace }] = team.peers

beforeAll(async () => {
  // What jsdom lacks.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true
  }
  HTMLDialogElement.prototype.close = function () {
    this.open = false
  }
  Element.prototype.scrollIntoView = () => undefined
  await team.settled()
})
afterEach(cleanup)
afterAll(() => team.close())

const open = () => {
  const chosen: (string | undefined)[] = []
  const commands = [{ id: 'new', words: 'New contact', icon: '', run: () => chosen.push('new') }]
  const onContact = (id: Parameters<typeof workspace.contacts.contact>[0]) =>
    chosen.push(workspace.contacts.contact(id)?.name)
  render(
    <WorkspaceProvider workspace={workspace}>
      <Palette commands={commands} onContact={onContact} onClose={() => undefined} />
    </WorkspaceProvider>,
  )
  const field = screen.getByRole('combobox')
  return {
    chosen,
    type: (value: string) => fireEvent.change(field, { target: { value } }),
    press: (key: string) => fireEvent.keyDown(field, { key }),
  }
}

test('[W2] among very many contacts Enter waits for what was typed, and holds up nothing', async () => {
  const { chosen, type, press } = open()
  type('name 7')
  type('name 7123')
  press('Enter')
  // Looked for in slices, which come as tasks of their own.
  expect(chosen).toEqual([])
  await waitFor(() => expect(chosen).toEqual(['Name 7123']))
})

test('[W2] an Enter that was followed by another letter chooses nothing', async () => {
  const { chosen, type, press } = open()
  type('name 71')
  press('Enter')
  type('name 7124')
  await screen.findByRole('option', { name: /Name 7124/ })
  await act(async () => undefined)
  expect(chosen).toEqual([])
  press('Enter')
  await waitFor(() => expect(chosen).toEqual(['Name 7124']))
})
