// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { InvalidValue, setField } from 'kith-shared'
import { afterEach, expect, test, vi } from 'vitest'
import type * as Y from 'yjs'
import {
  type FieldPath,
  type FieldView,
  useField,
  WorkspaceProvider,
} from '../../../client/react/index.js'
import { ReadOnlyError } from '../../../client/sync-error.js'
import { contactId } from '../contact-id.js'
import { openTeam } from './team.js'

const ID = contactId('contact-1')

afterEach(cleanup)

const open = async (field: FieldPath = 'name', type = 'text', ...more: string[]) => {
  const team = await openTeam(1, ...more)
  const { workspace, bo, arrives } = team
  let writes = 0
  workspace.doc.on('afterTransaction', ({ local, changed }: Y.Transaction) => {
    if (local && changed.size > 0) writes++
  })
  const views: FieldView[] = []
  const Input = () => {
    const view = useField(ID, field)
    views.push(view)
    return <input type={type} {...view.props} />
  }
  const rendered = render(
    <WorkspaceProvider workspace={workspace}>
      <Input />
    </WorkspaceProvider>,
  )
  const input = rendered.container.querySelector('input')
  if (input === null) throw new Error('no input')
  const colleagueSets = (value: string) =>
    arrives(() => bo.workspace.actions.setField(ID, 'name', value))
  const stored = () => workspace.contacts.contact(ID)?.name
  const view = () => views.at(-1)
  return { ...team, ...rendered, input, colleagueSets, stored, view, writes: () => writes }
}

/** As a browser does it: the value and the caret change, then the event comes. */
const type = (input: HTMLInputElement, value: string, caret = value.length) => {
  // The setter of the prototype: React watches the element's own.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
  if (input.selectionStart !== null) input.setSelectionRange(caret, caret)
  fireEvent.input(input)
}
const focus = (input: HTMLInputElement) => act(() => input.focus())
const blur = (input: HTMLInputElement) => act(() => input.blur())

test('typing is written once in 250 ms, whatever the number of keys', async () => {
  const { input, stored, writes, passes } = await open()
  const before = writes()
  focus(input)
  for (const text of ['A', 'An', 'Ana', 'Ana ', 'Ana L']) {
    type(input, text)
    await passes(40)
  }
  expect(input.value).toBe('Ana L')
  expect(writes() - before).toBe(0)
  await passes(50)
  expect(stored()).toBe('Ana L')
  expect(writes() - before).toBe(1)
  await passes(1000)
  expect(writes() - before).toBe(1)
})

test('what was typed is written at blur, and then remote changes show again', async () => {
  const { input, stored, colleagueSets, passes } = await open()
  focus(input)
  type(input, 'Ana')
  blur(input)
  expect(stored()).toBe('Ana')
  await passes(100)
  await colleagueSets('Bo')
  expect(input.value).toBe('Bo')
})

test('what was typed is written when the component goes, and when the page does', async () => {
  const first = await open()
  focus(first.input)
  type(first.input, 'Ana')
  await first.passes(200)
  const editing = { contactId: ID, field: 'name' }
  expect(first.bo.workspace.others()).toMatchObject([{ editing, typing: true }])
  first.unmount()
  expect(first.stored()).toBe('Ana')
  await first.passes(200)
  expect(first.bo.workspace.others()).toMatchObject([{ editing: null, typing: false }])

  const second = await open()
  focus(second.input)
  type(second.input, 'Ana')
  window.dispatchEvent(new Event('pagehide'))
  expect(second.stored()).toBe('Ana')
})

test('a remote change of a field that I type in changes neither my text nor my caret', async () => {
  const { input, colleagueSets, stored, passes } = await open()
  focus(input)
  type(input, 'Namex 0', 5)
  await colleagueSets('Somebody else')
  expect(input.value).toBe('Namex 0')
  expect(input.selectionStart).toBe(5)
  await passes(250)
  expect(stored()).toBe('Namex 0')
})

test('a remote change of a field where I only look shows, with my caret on its letter', async () => {
  const { input, colleagueSets, stored } = await open()
  focus(input)
  input.setSelectionRange(4, 6)
  await colleagueSets('The Name 1')
  expect(input.value).toBe('The Name 1')
  expect([input.selectionStart, input.selectionEnd]).toEqual([8, 10])
  blur(input)
  expect(stored()).toBe('The Name 1')
})

test('an element that does not tell its selection is left alone until I leave it', async () => {
  const { input, colleagueSets, stored } = await open('name', 'email')
  focus(input)
  await colleagueSets('b@example.org')
  expect(input.value).toBe('Name 1')
  blur(input)
  expect(input.value).toBe('b@example.org')
  expect(stored()).toBe('b@example.org')
})

test('an input method composes undisturbed, and only what it settles is written', async () => {
  const { input, colleagueSets, stored, passes } = await open()
  focus(input)
  fireEvent.compositionStart(input)
  type(input, 'Name 1に')
  await colleagueSets('Somebody else')
  await passes(1000)
  expect(input.value).toBe('Name 1に')
  expect(stored()).toBe('Somebody else')
  type(input, 'Name 1日')
  fireEvent.compositionEnd(input)
  await passes(250)
  expect(stored()).toBe('Name 1日')
  expect(input.value).toBe('Name 1日')
})

test('[P1] a page that leaves takes what an input method is still composing', async () => {
  const { input, stored, writes, passes } = await open()
  focus(input)
  fireEvent.compositionStart(input)
  type(input, 'Ana')
  const before = writes()
  await passes(1000)
  expect(writes()).toBe(before)
  act(() => window.dispatchEvent(new Event('pagehide')))
  expect(stored()).toBe('Ana')
  expect(input.value).toBe('Ana')
  // The page came back, and the composition goes on; its end may come without an input event.
  type(input, 'Anabe')
  await passes(1000)
  expect(stored()).toBe('Ana')
  input.value = 'Anabel'
  fireEvent.compositionEnd(input)
  await passes(250)
  expect(stored()).toBe('Anabel')
})

test('a change that this tab makes elsewhere, such as an undo, replaces the draft', async () => {
  const { input, workspace, passes } = await open()
  focus(input)
  type(input, 'Ana')
  act(() => setField(workspace.doc, ID, 'title', 'Captain'))
  expect(input.value).toBe('Ana')
  await passes(250)
  act(() => setField(workspace.doc, ID, 'name', 'Name 1'))
  expect(input.value).toBe('Name 1')
})

test('a value that is not taken stays in the field, says why, and never reaches the document', async () => {
  const { input, stored, view, passes } = await open()
  focus(input)
  type(input, '')
  await passes(250)
  expect(view()?.error).toBeInstanceOf(InvalidValue)
  expect(input.value).toBe('')
  expect(stored()).toBe('Name 1')
  type(input, 'B')
  expect(view()?.error).toBeUndefined()
  blur(input)
  expect(stored()).toBe('B')
})

test('the others see where I am and that I type; I see them', async () => {
  const { input, bo, others, passes, view } = await open('name', 'text', 'Cy', 'Di')
  const [cy, di] = others
  const here = { contactId: ID, field: 'name' }
  const anaIs = () => bo.workspace.others().find(({ user }) => user.id === 'ana')
  focus(input)
  await passes(200)
  expect(anaIs()).toMatchObject({ editing: here, typing: false })
  type(input, 'A')
  await passes(200)
  expect(anaIs()).toMatchObject({ editing: here, typing: true })
  blur(input)
  await passes(200)
  expect(anaIs()).toMatchObject({ editing: null, typing: false })
  bo.workspace.actions.setEditing(here)
  cy?.workspace.actions.setEditing(here)
  cy?.workspace.actions.setTyping(ID, 'name', true)
  di?.workspace.actions.setEditing({ ...here, field: 'title' })
  await passes(200)
  expect(view()?.editors.map(({ user }) => user.id)).toEqual(['bo', 'cy'])
  expect(view()?.typing.map(({ user }) => user.id)).toEqual(['cy'])
})

test('one part of an entry is edited, and the rest of the entry stays', async () => {
  const { input, workspace, bo, arrives } = await open('emails/e1/value')
  expect(input.value).toBe('')
  const entry = { id: 'e1', label: 'work', value: 'a@example.org' }
  await arrives(() => bo.workspace.actions.setEntry(ID, 'emails', entry))
  expect(input.value).toBe('a@example.org')
  focus(input)
  type(input, 'ana@example.org')
  blur(input)
  expect(workspace.contacts.contact(ID)?.emails).toEqual([
    { id: 'e1', label: 'work', value: 'ana@example.org' },
  ])
})

/** Says whether the browser would still do something of its own. */
const press = (input: HTMLElement, key: string, held: { shiftKey?: boolean } = {}): boolean =>
  fireEvent.keyDown(input, { key, ctrlKey: true, ...held })

test('[U6] undo in an input takes back what was typed in it, step by step, and nothing else', async () => {
  const { input, workspace, stored, passes } = await open()
  focus(input)
  type(input, 'Ana')
  await passes(1000)
  act(() => setField(workspace.doc, ID, 'title', 'Captain'))
  type(input, 'Ana Lima')
  expect(press(input, 'z')).toBe(false)
  expect([input.value, stored()]).toEqual(['Ana', 'Ana'])
  press(input, 'z')
  expect([input.value, stored()]).toEqual(['Name 1', 'Name 1'])
  expect(press(input, 'z')).toBe(false)
  expect(workspace.contacts.contact(ID)?.title).toBe('Captain')
  press(input, 'z', { shiftKey: true })
  press(input, 'y')
  expect([input.value, stored()]).toEqual(['Ana Lima', 'Ana Lima'])
  expect(input.selectionStart).toBe(8)
})

test('[U6] undo shows again what is stored where what was typed is not taken', async () => {
  const { input, stored, view, passes } = await open()
  focus(input)
  type(input, '')
  await passes(250)
  press(input, 'z')
  expect([input.value, stored()]).toEqual(['Name 1', 'Name 1'])
  expect(view()?.error).toBeUndefined()
})

test('[U6] undo leaves an input method alone, and an input that I am not in', async () => {
  const { input, stored, passes } = await open()
  focus(input)
  type(input, 'Ana')
  await passes(250)
  expect(fireEvent.keyDown(input, { key: 'z', ctrlKey: true, isComposing: true })).toBe(true)
  expect(stored()).toBe('Ana')
  blur(input)
  expect(press(input, 'z')).toBe(true)
  expect(stored()).toBe('Ana')
})

test('[U7] who typed over what somebody else wrote meanwhile is told, and can take it', async () => {
  const { input, colleagueSets, stored, view, passes } = await open()
  focus(input)
  type(input, 'Ana')
  await colleagueSets('Bo')
  expect(view()?.conflict).toBeUndefined()
  await passes(250)
  expect(stored()).toBe('Ana')
  expect(view()?.conflict).toMatchObject({
    value: 'Bo',
    by: { id: 'bo', name: 'Bo' },
    isMine: false,
  })
  type(input, 'Ana L')
  await passes(250)
  act(() => view()?.conflict?.take())
  expect([input.value, stored()]).toEqual(['Bo', 'Bo'])
  expect(view()?.conflict).toBeUndefined()
})

test('[U7] whose value somebody else has just overwritten is told, until it is dismissed', async () => {
  const { input, colleagueSets, stored, view, passes } = await open()
  focus(input)
  type(input, 'Ana')
  blur(input)
  await passes(100)
  await colleagueSets('Bo')
  expect([input.value, view()?.conflict?.value]).toEqual(['Bo', 'Ana'])
  act(() => view()?.conflict?.dismiss())
  expect(view()?.conflict).toBeUndefined()
  expect(stored()).toBe('Bo')
})

test('[U7] what is typed and taken away again overwrites nothing that somebody else wrote meanwhile', async () => {
  const { input, colleagueSets, stored, view, passes } = await open()
  focus(input)
  type(input, 'Name 1x')
  await colleagueSets('Bo')
  type(input, 'Name 1')
  await passes(250)
  expect([stored(), view()?.conflict]).toEqual(['Bo', undefined])
  blur(input)
  expect(input.value).toBe('Bo')
})

test('[U7] one part of an entry tells nothing where another part of it was changed', async () => {
  const { input, bo, arrives, view } = await open('emails/e1/value')
  const { setEntry } = bo.workspace.actions
  focus(input)
  type(input, 'ana@example.org')
  blur(input)
  const now = { id: 'e1', label: 'home', value: 'ana@example.org' }
  await arrives(() => setEntry(ID, 'emails', now))
  expect(view()?.conflict).toBeUndefined()
  await arrives(() => setEntry(ID, 'emails', { ...now, value: 'bo@example.org' }))
  expect(input.value).toBe('bo@example.org')
})

test('[U7] the other value stays in reach where it can not be taken now', async () => {
  const { input, workspace, colleagueSets, view, passes } = await open()
  focus(input)
  type(input, 'Ana')
  blur(input)
  await passes(100)
  await colleagueSets('Bo')
  vi.spyOn(workspace.actions, 'setField').mockImplementation(() => {
    throw new ReadOnlyError()
  })
  act(() => view()?.conflict?.take())
  expect(view()?.error).toBeInstanceOf(ReadOnlyError)
  expect(view()?.conflict?.value).toBe('Ana')
})

test('[P1] what was typed is written before the workspace hears that the page is hidden', async () => {
  const { input, stored } = await open()
  const seen: unknown[] = []
  const look = () => seen.push(stored())
  document.addEventListener('visibilitychange', look, { capture: true, once: true })
  focus(input)
  type(input, 'Ana')
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  act(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  vi.restoreAllMocks()
  expect(seen).toEqual(['Ana'])
})
