// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { InvalidValue, setEntry, setField } from 'kith-shared'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type FieldPath,
  type FieldView,
  useField,
  WorkspaceProvider,
} from '../../../client/react/index.js'
import { ReadOnlyError } from '../../../client/sync-error.js'
import { contactId, memoryWorkspace, someone } from './memory-workspace.js'

const ID = contactId('contact-0')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const open = (field: FieldPath = 'name', type = 'text') => {
  const memory = memoryWorkspace(1)
  const views: FieldView[] = []
  const Input = () => {
    const view = useField(ID, field)
    views.push(view)
    return <input type={type} {...view.props} />
  }
  const rendered = render(
    <WorkspaceProvider workspace={memory.workspace}>
      <Input />
    </WorkspaceProvider>,
  )
  const input = rendered.container.querySelector('input')
  if (input === null) throw new Error('no input')
  const colleagueSets = (value: string) => act(() => setField(memory.colleague, ID, 'name', value))
  const stored = () => memory.workspace.contacts.contact(ID)?.name
  const view = () => views.at(-1)
  return { ...memory, ...rendered, input, colleagueSets, stored, view }
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

test('typing is written once in 250 ms, whatever the number of keys', () => {
  const { input, stored, writes } = open()
  const before = writes()
  focus(input)
  for (const text of ['A', 'An', 'Ana', 'Ana ', 'Ana L']) {
    type(input, text)
    vi.advanceTimersByTime(40)
  }
  expect(input.value).toBe('Ana L')
  expect(writes() - before).toBe(0)
  act(() => vi.advanceTimersByTime(50))
  expect(stored()).toBe('Ana L')
  expect(writes() - before).toBe(1)
  act(() => vi.advanceTimersByTime(1000))
  expect(writes() - before).toBe(1)
})

test('what was typed is written at blur, and then remote changes show again', () => {
  const { input, stored, colleagueSets } = open()
  focus(input)
  type(input, 'Ana')
  blur(input)
  expect(stored()).toBe('Ana')
  colleagueSets('Bo')
  expect(input.value).toBe('Bo')
})

test('what was typed is written when the component goes, and when the page does', () => {
  const first = open()
  focus(first.input)
  type(first.input, 'Ana')
  first.unmount()
  expect(first.stored()).toBe('Ana')
  expect(first.sawEditing).toEqual([{ contactId: ID, field: 'name' }, null])

  const second = open()
  focus(second.input)
  type(second.input, 'Ana')
  window.dispatchEvent(new Event('pagehide'))
  expect(second.stored()).toBe('Ana')
})

test('a remote change of a field that I type in changes neither my text nor my caret', () => {
  const { input, colleagueSets, stored } = open()
  focus(input)
  type(input, 'Namex 0', 5)
  colleagueSets('Somebody else')
  expect(input.value).toBe('Namex 0')
  expect(input.selectionStart).toBe(5)
  act(() => vi.advanceTimersByTime(250))
  expect(stored()).toBe('Namex 0')
})

test('a remote change of a field where I only look shows, with my caret on its letter', () => {
  const { input, colleagueSets, stored } = open()
  focus(input)
  input.setSelectionRange(4, 6)
  colleagueSets('The Name 0')
  expect(input.value).toBe('The Name 0')
  expect([input.selectionStart, input.selectionEnd]).toEqual([8, 10])
  blur(input)
  expect(stored()).toBe('The Name 0')
})

test('an element that does not tell its selection is left alone until I leave it', () => {
  const { input, colleagueSets, stored } = open('name', 'email')
  focus(input)
  colleagueSets('b@example.org')
  expect(input.value).toBe('Name 0')
  blur(input)
  expect(input.value).toBe('b@example.org')
  expect(stored()).toBe('b@example.org')
})

test('an input method composes undisturbed, and only what it settles is written', () => {
  const { input, colleagueSets, stored } = open()
  focus(input)
  fireEvent.compositionStart(input)
  type(input, 'Name 0に')
  colleagueSets('Somebody else')
  act(() => vi.advanceTimersByTime(1000))
  expect(input.value).toBe('Name 0に')
  expect(stored()).toBe('Somebody else')
  type(input, 'Name 0日')
  fireEvent.compositionEnd(input)
  act(() => vi.advanceTimersByTime(250))
  expect(stored()).toBe('Name 0日')
  expect(input.value).toBe('Name 0日')
})

test('[P1] a page that leaves takes what an input method is still composing', () => {
  const { input, stored, writes } = open()
  focus(input)
  fireEvent.compositionStart(input)
  type(input, 'Ana')
  const before = writes()
  act(() => vi.advanceTimersByTime(1000))
  expect(writes()).toBe(before)
  act(() => window.dispatchEvent(new Event('pagehide')))
  expect(stored()).toBe('Ana')
  expect(input.value).toBe('Ana')
  // The page came back, and the composition goes on; its end may come without an input event.
  type(input, 'Anabe')
  act(() => vi.advanceTimersByTime(1000))
  expect(stored()).toBe('Ana')
  input.value = 'Anabel'
  fireEvent.compositionEnd(input)
  act(() => vi.advanceTimersByTime(250))
  expect(stored()).toBe('Anabel')
})

test('a change that this tab makes elsewhere, such as an undo, replaces the draft', () => {
  const { input, workspace } = open()
  focus(input)
  type(input, 'Ana')
  act(() => setField(workspace.doc, ID, 'title', 'Captain'))
  expect(input.value).toBe('Ana')
  act(() => vi.advanceTimersByTime(250))
  act(() => setField(workspace.doc, ID, 'name', 'Name 0'))
  expect(input.value).toBe('Name 0')
})

test('a value that is not taken stays in the field, says why, and never reaches the document', () => {
  const { input, stored, view } = open()
  focus(input)
  type(input, '')
  act(() => vi.advanceTimersByTime(250))
  expect(view()?.error).toBeInstanceOf(InvalidValue)
  expect(input.value).toBe('')
  expect(stored()).toBe('Name 0')
  type(input, 'B')
  expect(view()?.error).toBeUndefined()
  blur(input)
  expect(stored()).toBe('B')
})

test('the others see where I am and that I type; I see them', () => {
  const { input, sawEditing, sawTyping, setOthers, view } = open()
  focus(input)
  type(input, 'A')
  blur(input)
  const here = { contactId: ID, field: 'name' }
  expect(sawEditing).toEqual([here, null])
  expect(sawTyping).toEqual([
    { ...here, isTyping: true },
    { ...here, isTyping: false },
  ])
  const bo = someone('bo', { editing: here })
  const cy = someone('cy', { editing: here, typing: true })
  act(() => setOthers([bo, cy, someone('di', { editing: { ...here, field: 'title' } })]))
  expect(view()?.editors).toEqual([bo, cy])
  expect(view()?.typing).toEqual([cy])
})

test('one part of an entry is edited, and the rest of the entry stays', () => {
  const { input, workspace, colleague } = open('emails/e1/value')
  expect(input.value).toBe('')
  act(() => setEntry(colleague, ID, 'emails', { id: 'e1', label: 'work', value: 'a@example.org' }))
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

test('[U6] undo in an input takes back what was typed in it, step by step, and nothing else', () => {
  const { input, workspace, stored } = open()
  focus(input)
  type(input, 'Ana')
  act(() => vi.advanceTimersByTime(1000))
  act(() => setField(workspace.doc, ID, 'title', 'Captain'))
  type(input, 'Ana Lima')
  expect(press(input, 'z')).toBe(false)
  expect([input.value, stored()]).toEqual(['Ana', 'Ana'])
  press(input, 'z')
  expect([input.value, stored()]).toEqual(['Name 0', 'Name 0'])
  expect(press(input, 'z')).toBe(false)
  expect(workspace.contacts.contact(ID)?.title).toBe('Captain')
  press(input, 'z', { shiftKey: true })
  press(input, 'y')
  expect([input.value, stored()]).toEqual(['Ana Lima', 'Ana Lima'])
  expect(input.selectionStart).toBe(8)
})

test('[U6] undo shows again what is stored where what was typed is not taken', () => {
  const { input, stored, view } = open()
  focus(input)
  type(input, '')
  act(() => vi.advanceTimersByTime(250))
  press(input, 'z')
  expect([input.value, stored()]).toEqual(['Name 0', 'Name 0'])
  expect(view()?.error).toBeUndefined()
})

test('[U6] undo leaves an input method alone, and an input that I am not in', () => {
  const { input, stored } = open()
  focus(input)
  type(input, 'Ana')
  act(() => vi.advanceTimersByTime(250))
  expect(fireEvent.keyDown(input, { key: 'z', ctrlKey: true, isComposing: true })).toBe(true)
  expect(stored()).toBe('Ana')
  blur(input)
  expect(press(input, 'z')).toBe(true)
  expect(stored()).toBe('Ana')
})

test('[U7] who typed over what somebody else wrote meanwhile is told, and can take it', () => {
  const { input, colleagueSets, stored, view } = open()
  focus(input)
  type(input, 'Ana')
  colleagueSets('Bo')
  expect(view()?.conflict).toBeUndefined()
  act(() => vi.advanceTimersByTime(250))
  expect(stored()).toBe('Ana')
  expect(view()?.conflict).toMatchObject({
    value: 'Bo',
    by: { id: 'bo', name: 'Bo' },
    isMine: false,
  })
  type(input, 'Ana L')
  act(() => vi.advanceTimersByTime(250))
  act(() => view()?.conflict?.take())
  expect([input.value, stored()]).toEqual(['Bo', 'Bo'])
  expect(view()?.conflict).toBeUndefined()
})

test('[U7] whose value somebody else has just overwritten is told, until it is dismissed', () => {
  const { input, colleagueSets, stored, view } = open()
  focus(input)
  type(input, 'Ana')
  blur(input)
  colleagueSets('Bo')
  expect([input.value, view()?.conflict?.value]).toEqual(['Bo', 'Ana'])
  act(() => view()?.conflict?.dismiss())
  expect(view()?.conflict).toBeUndefined()
  expect(stored()).toBe('Bo')
})

test('[U7] what is typed and taken away again overwrites nothing that somebody else wrote meanwhile', () => {
  const { input, colleagueSets, stored, view } = open()
  focus(input)
  type(input, 'Name 0x')
  colleagueSets('Bo')
  type(input, 'Name 0')
  act(() => vi.advanceTimersByTime(250))
  expect([stored(), view()?.conflict]).toEqual(['Bo', undefined])
  blur(input)
  expect(input.value).toBe('Bo')
})

test('[U7] one part of an entry tells nothing where another part of it was changed', () => {
  const { input, colleague, view } = open('emails/e1/value')
  focus(input)
  type(input, 'ana@example.org')
  blur(input)
  const now = { id: 'e1', label: 'home', value: 'ana@example.org' }
  act(() => setEntry(colleague, ID, 'emails', now))
  expect(view()?.conflict).toBeUndefined()
  act(() => setEntry(colleague, ID, 'emails', { ...now, value: 'bo@example.org' }))
  expect(input.value).toBe('bo@example.org')
})

test('[U7] the other value stays in reach where it can not be taken now', () => {
  const { input, workspace, colleagueSets, view } = open()
  focus(input)
  type(input, 'Ana')
  blur(input)
  colleagueSets('Bo')
  vi.spyOn(workspace.actions, 'setField').mockImplementation(() => {
    throw new ReadOnlyError()
  })
  act(() => view()?.conflict?.take())
  expect(view()?.error).toBeInstanceOf(ReadOnlyError)
  expect(view()?.conflict?.value).toBe('Ana')
})

test('[P1] what was typed is written before the workspace hears that the page is hidden', () => {
  const { input, stored } = open()
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
