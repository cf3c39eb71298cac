// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { WorkspaceProvider } from 'kith-client/react'
import { MAX_VALUE_BYTES } from 'kith-shared'
import { afterEach, expect, test } from 'vitest'
import { Notes } from '../../../demo/src/contact/notes.js'
import { contactId } from '../contact-id.js'
import { openTeam } from '../react/team.js'

const [ANA, BO] = [contactId('contact-1'), contactId('contact-2')]

afterEach(cleanup)

const open = async () => {
  const { workspace } = await openTeam(2)
  const tree = (id: typeof ANA) => (
    <WorkspaceProvider workspace={workspace}>
      <Notes key={id} contactId={id} isReadOnly={false} />
    </WorkspaceProvider>
  )
  const { rerender } = render(tree(ANA))
  const bodies = () => workspace.contacts.notesOf(ANA).map(({ body }) => body)
  return { goTo: (id: typeof ANA) => rerender(tree(id)), bodies }
}

const box = (name = 'New note') => screen.getByRole<HTMLTextAreaElement>('textbox', { name })
const type = (text: string, name?: string) =>
  fireEvent.change(box(name), { target: { value: text } })
const press = (name: string) => act(() => screen.getByRole('button', { name }).click())

test('a note that was begun is there again after another contact was looked at', async () => {
  const { goTo, bodies } = await open()
  type('met at')
  goTo(BO)
  expect(box().value).toBe('')
  goTo(ANA)
  expect(box().value).toBe('met at')
  press('Add note')
  expect(bodies()).toEqual(['met at'])
  goTo(BO)
  goTo(ANA)
  expect(box().value).toBe('')
})

test('so is a change of a note, until it is saved or cancelled', async () => {
  const { goTo } = await open()
  type('met')
  press('Add note')
  press('Edit note')
  type('met at sea', 'Edit note')
  goTo(BO)
  goTo(ANA)
  expect(box('Edit note').value).toBe('met at sea')
  press('Cancel')
  press('Edit note')
  expect(box('Edit note').value).toBe('met')
})

test('a note that is too long stays in its box, which says so', async () => {
  const { bodies } = await open()
  const long = 'x'.repeat(MAX_VALUE_BYTES)
  type(long)
  press('Add note')
  expect(screen.getByRole('alert').textContent).toBe('This is too long to be kept.')
  expect(box().value).toBe(long)
  expect(bodies()).toEqual([])
  type('shorter')
  expect(screen.queryByRole('alert')).toBeNull()
})
