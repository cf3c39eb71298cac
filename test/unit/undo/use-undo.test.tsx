// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { type UndoView, useField, useUndo, WorkspaceProvider } from '../../../client/react/index.js'
import { contactId } from '../contact-id.js'
import { openTeam } from '../react/team.js'

const ID = contactId('contact-1')

afterEach(cleanup)

const open = async () => {
  const team = await openTeam(1)
  const { workspace } = team
  const views: UndoView[] = []
  const Page = () => {
    views.push(useUndo({ keys: true }))
    const { props } = useField(ID, 'title')
    return <input {...props} />
  }
  const { container } = render(
    <WorkspaceProvider workspace={workspace}>
      <Page />
    </WorkspaceProvider>,
  )
  const title = () => workspace.contacts.contact(ID)?.title
  return { ...team, container, views, title, view: () => views.at(-1) }
}

test('[U3] the hook says what can be taken back, and renders for nothing else', async () => {
  const { workspace, bo, arrives, view, views, title } = await open()
  expect(view()).toMatchObject({ canUndo: false, canRedo: false, nextUndo: undefined })
  act(() => workspace.actions.setField(ID, 'title', 'CEO'))
  expect(view()).toMatchObject({ canUndo: true, nextUndo: { fields: ['title'] } })
  const renders = views.length
  await arrives(() => bo.workspace.actions.setField(ID, 'company', 'Acme'))
  expect(workspace.contacts.contact(ID)?.company).toBe('Acme')
  expect(views.length).toBe(renders)
  act(() => void view()?.undo())
  expect(view()).toMatchObject({ canUndo: false, canRedo: true })
  expect(title()).toBe('')
  act(() => void view()?.redo())
  expect(title()).toBe('CEO')
})

test('[U6] keys on the page take back whatever came last, and those in a text field do not', async () => {
  const { workspace, container, title } = await open()
  act(() => workspace.actions.setField(ID, 'name', 'Zoe'))
  act(() => workspace.actions.setField(ID, 'title', 'CEO'))
  const input = container.querySelector('input')
  if (input === null) throw new Error('no input')
  act(() => input.focus())
  act(() => void fireEvent.keyDown(input, { key: 'z', metaKey: true }))
  expect(title()).toBe('')
  act(() => void fireEvent.keyDown(input, { key: 'z', metaKey: true }))
  expect(workspace.contacts.contact(ID)?.name).toBe('Zoe')
  act(() => input.blur())
  expect(fireEvent.keyDown(document.body, { key: 'z', metaKey: true })).toBe(false)
  expect(workspace.contacts.contact(ID)?.name).toBe('Name 1')
  act(() => void fireEvent.keyDown(document.body, { key: 'Z', metaKey: true, shiftKey: true }))
  expect(workspace.contacts.contact(ID)?.name).toBe('Zoe')
})

test('[U6] a button or a checkbox that has the focus is no text field', async () => {
  const { workspace, container, title } = await open()
  for (const type of ['button', 'checkbox', 'range']) {
    act(() => workspace.actions.setField(ID, 'title', type))
    const input = container.appendChild(document.createElement('input'))
    input.type = type
    expect(fireEvent.keyDown(input, { key: 'z', ctrlKey: true })).toBe(false)
    expect(title()).toBe('')
  }
})

test('[U6] keys in a text field that is none of Kith’s are the browser’s', async () => {
  const { workspace, container, title } = await open()
  act(() => workspace.actions.setField(ID, 'title', 'CEO'))
  for (const tag of ['input', 'textarea']) {
    const field = container.appendChild(document.createElement(tag))
    expect(fireEvent.keyDown(field, { key: 'z', ctrlKey: true })).toBe(true)
    expect(title()).toBe('CEO')
  }
})

test('[U6] keys of a viewer do nothing', async () => {
  const { ana, workspace, arrives, title } = await open()
  act(() => workspace.actions.setField(ID, 'title', 'CEO'))
  await arrives(() => ana.setRole('viewer'))
  expect(workspace.mayEdit()).toBe(false)
  const undo = vi.spyOn(workspace.undo, 'undo')
  fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true })
  expect([title(), undo.mock.calls]).toEqual(['CEO', []])
})
