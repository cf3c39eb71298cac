// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { WorkspaceProvider } from 'kith-client/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
import { Entries } from '../../../demo/src/contact/entries.js'
import { Notes } from '../../../demo/src/contact/notes.js'
import { Tags } from '../../../demo/src/contact/tags.js'
import { ToastProvider, useToast } from '../../../demo/src/toast/toast.js'
import { contactId } from '../contact-id.js'
import { openTeam } from '../react/team.js'

const CONTACT = contactId('contact-1')
const shared = { contactId: CONTACT, isReadOnly: false }

afterEach(cleanup)

const show = async (what: ReactNode) => {
  const { workspace } = await openTeam(1)
  render(<WorkspaceProvider workspace={workspace}>{what}</WorkspaceProvider>)
  return workspace
}

const label = () => document.activeElement?.getAttribute('aria-label')
/** As a key on the focused button does. */
const press = (button: HTMLElement) => {
  button.focus()
  fireEvent.click(button, { detail: 0 })
}
const last = (name: string | RegExp): HTMLElement => {
  const button = screen.getAllByRole('button', { name }).at(-1)
  if (!button) throw new Error(`no button ${name}`)
  return button
}

test('[W1] removing entries by key leaves the focus on the next one, then where one is added', async () => {
  const { actions } = await show(<Entries {...shared} />)
  act(() => {
    actions.setEntry(CONTACT, 'emails', { id: 'a', label: '', value: 'a@x.example' })
    actions.setEntry(CONTACT, 'emails', { id: 'b', label: '', value: 'b@x.example' })
    actions.setEntry(CONTACT, 'phones', { id: 'c', label: '', value: '5550100' })
  })
  press(screen.getByRole('button', { name: 'Remove email 2' }))
  expect(label()).toBe('Remove phone 1')
  press(screen.getByRole('button', { name: 'Remove phone 1' }))
  expect(label()).toBe('Remove email 1')
  press(screen.getByRole('button', { name: 'Remove email 1' }))
  expect(label()).toBe('Add email')
})

test('[W1] removing tags and notes by key does not leave the focus on the page', async () => {
  const { actions } = await show([<Tags key="1" {...shared} />, <Notes key="2" {...shared} />])
  act(() => {
    for (const tag of ['a', 'b']) actions.addTag(CONTACT, tag)
    for (const body of ['one', 'two']) actions.addNote(CONTACT, body)
  })
  press(last(/Remove tag/))
  expect(label()).toBe('Remove tag a')
  press(last(/Remove tag/))
  expect(label()).toBe('Add tag')
  press(last('Delete note'))
  expect(label()).toBe('Delete note')
  press(last('Delete note'))
  expect(label()).toBe('New note')
})

test('[W1] a note that was edited gives the focus back to its button', async () => {
  const { actions } = await show(<Notes {...shared} />)
  act(() => void actions.addNote(CONTACT, 'one'))
  press(last('Edit note'))
  expect(label()).toBe('Edit note')
  press(last('Cancel'))
  expect(document.activeElement).toBe(last('Edit note'))
})

test('[W1] a key of an input method ends no edit of a note', async () => {
  const { actions } = await show(<Notes {...shared} />)
  act(() => void actions.addNote(CONTACT, 'one'))
  press(last('Edit note'))
  const box = screen.getByRole('textbox', { name: 'Edit note' })
  fireEvent.keyDown(box, { key: 'Escape', isComposing: true })
  expect(screen.getByRole('textbox', { name: 'Edit note' })).toBe(box)
  fireEvent.keyDown(box, { key: 'Escape' })
  expect(screen.queryByRole('textbox', { name: 'Edit note' })).toBeNull()
})

test('[W20] Backspace that is held to clear a text takes no tag with it', async () => {
  const { actions, contacts } = await show(<Tags {...shared} />)
  act(() => actions.addTag(CONTACT, 'a'))
  const field = screen.getByRole('combobox', { name: 'Add tag' })
  fireEvent.keyDown(field, { key: 'Backspace', repeat: true })
  expect(contacts.contact(CONTACT)?.tags).toEqual(['a'])
  fireEvent.keyDown(field, { key: 'Backspace' })
  expect(contacts.contact(CONTACT)?.tags).toEqual([])
})

test('[W1] the Undo of a toast gives the focus back to where it was', async () => {
  let undone = 0
  const Asker = () => {
    const toast = useToast()
    const action = { label: 'Undo', run: () => undone++ }
    return (
      <button type="button" onClick={() => toast({ text: 'Deleted', action })}>
        Delete
      </button>
    )
  }
  render(
    <ToastProvider>
      <Asker />
    </ToastProvider>,
  )
  press(last('Delete'))
  press(last('Undo'))
  expect(undone).toBe(1)
  expect(document.activeElement).toBe(last('Delete'))
})
