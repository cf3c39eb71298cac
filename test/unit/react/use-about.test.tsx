// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { aboutText } from 'kith-shared'
import { afterEach, expect, test } from 'vitest'
import { ReadOnlyError } from '../../../client/index.js'
import { type FieldView, useAbout, WorkspaceProvider } from '../../../client/react/index.js'
import { contactId, memoryWorkspace } from './memory-workspace.js'

const ID = contactId('contact-0')

afterEach(cleanup)

const open = (text: string) => {
  const memory = memoryWorkspace(1)
  const mine = aboutText(memory.workspace.doc, ID)
  const theirs = aboutText(memory.colleague, ID)
  mine.insert(0, text)
  const views: FieldView[] = []
  const Area = () => {
    const view = useAbout(ID)
    views.push(view)
    return <textarea {...view.props} />
  }
  const { container, unmount } = render(
    <WorkspaceProvider workspace={memory.workspace}>
      <Area />
    </WorkspaceProvider>,
  )
  const area = container.querySelector('textarea')
  if (area === null) throw new Error('no text area')
  return { ...memory, area, mine, theirs, unmount, view: () => views.at(-1) }
}

/** As a browser does it: the value and the caret change, then the event comes. */
const type = (area: HTMLTextAreaElement, value: string, caret = value.length) => {
  // The setter of the prototype: React watches the element's own.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(area, value)
  area.setSelectionRange(caret, caret)
  fireEvent.input(area)
}
const focus = (area: HTMLTextAreaElement) => act(() => area.focus())

test('a key becomes one small insert or delete', () => {
  const { area, mine } = open('aab')
  const deltas: unknown[] = []
  mine.observe((event) => deltas.push(event.delta))
  focus(area)
  type(area, 'aaab', 1)
  type(area, 'aab', 1)
  type(area, 'aXb', 2)
  expect(deltas).toEqual([
    [{ insert: 'a' }],
    [{ retain: 1 }, { delete: 1 }],
    [{ retain: 1 }, { delete: 1 }, { insert: 'X' }],
  ])
  expect(mine.toString()).toBe('aXb')
})

test('an emoji that replaces another of the same first half stays whole', () => {
  const { area, mine, theirs } = open('so 😀!')
  focus(area)
  type(area, 'so 😁!', 5)
  expect(mine.toString()).toBe('so 😁!')
  expect(theirs.toString()).toBe('so 😁!')
})

test("others' letters merge with mine and leave my selection on its letters", () => {
  const { area, theirs } = open('meet Ana at noon')
  focus(area)
  area.setSelectionRange(5, 8)
  act(() => theirs.insert(0, 'Please '))
  expect(area.value).toBe('Please meet Ana at noon')
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('Ana')
  act(() => theirs.insert(theirs.length, ' sharp'))
  type(area, 'Please meet Ana and Bo at noon sharp', 22)
  expect(theirs.toString()).toBe('Please meet Ana and Bo at noon sharp')
  expect(area.selectionStart).toBe(22)
})

test("letters that others put at my caret don't push it along", () => {
  const { area, theirs } = open('ab')
  focus(area)
  area.setSelectionRange(1, 1)
  act(() => theirs.insert(1, 'XX'))
  expect(area.value).toBe('aXXb')
  expect(area.selectionStart).toBe(1)
})

test('an input method composes undisturbed; its end merges with what others wrote meanwhile', () => {
  const { area, mine, theirs } = open('one two three')
  focus(area)
  area.setSelectionRange(7, 7)
  fireEvent.compositionStart(area)
  type(area, 'one two日 three', 8)
  act(() => {
    theirs.insert(0, '>> ')
    theirs.insert(theirs.length, '!')
  })
  expect(area.value).toBe('one two日 three')
  expect(mine.toString()).toBe('>> one two three!')
  type(area, 'one two日本 three', 9)
  fireEvent.compositionEnd(area)
  expect(mine.toString()).toBe('>> one two日本 three!')
  expect(area.value).toBe('>> one two日本 three!')
  expect(area.selectionStart).toBe(12)
})

test('[P1] a page that leaves takes what an input method is still composing', () => {
  const { area, mine, theirs } = open('one three')
  focus(area)
  area.setSelectionRange(4, 4)
  fireEvent.compositionStart(area)
  type(area, 'one two three', 8)
  act(() => theirs.insert(0, '>> '))
  expect(mine.toString()).toBe('>> one three')
  act(() => window.dispatchEvent(new Event('pagehide')))
  expect(mine.toString()).toBe('>> one two three')
  expect(area.value).toBe('>> one two three')
  // The page came back: what follows merges as before.
  type(area, '>> one two or three', 13)
  act(() => theirs.insert(theirs.length, '!'))
  expect(mine.toString()).toBe('>> one two three!')
  fireEvent.compositionEnd(area)
  expect(mine.toString()).toBe('>> one two or three!')
  expect(area.value).toBe('>> one two or three!')
})

test('what a viewer types is taken back, and the view says why', () => {
  const { area, mine, setSelf, view } = open('text')
  setSelf({ id: 'ana', name: 'Ana', email: null, role: 'viewer' })
  focus(area)
  type(area, 'textx')
  expect(mine.toString()).toBe('text')
  expect(area.value).toBe('text')
  expect(view()?.error).toBeInstanceOf(ReadOnlyError)
})

test('the others see me in the text for as long as I am there', () => {
  const { area, sawEditing, unmount } = open('text')
  focus(area)
  type(area, 'text!')
  unmount()
  expect(sawEditing).toEqual([{ contactId: ID, field: 'about' }, null])
})

test('[R6] another document keeps the focus, and the selection on its letters', () => {
  const { area, workspace, replaceDoc } = open('REFUSED meet Ana')
  focus(area)
  area.setSelectionRange(13, 16)
  act(() => replaceDoc((doc) => aboutText(doc, ID).delete(0, 8)))
  expect(document.activeElement).toBe(area)
  expect(area.value).toBe('meet Ana')
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('Ana')
  type(area, 'meet Ana!', 9)
  expect(aboutText(workspace.doc, ID).toString()).toBe('meet Ana!')
})

test('an input method composes on while the document is replaced, and ends in the new one', () => {
  const { area, mine, workspace, replaceDoc } = open('REFUSED one two')
  focus(area)
  area.setSelectionRange(15, 15)
  fireEvent.compositionStart(area)
  type(area, 'REFUSED one two日', 16)
  act(() => replaceDoc((doc) => aboutText(doc, ID).delete(0, 8)))
  expect(area.value).toBe('REFUSED one two日')
  fireEvent.compositionEnd(area)
  expect(aboutText(workspace.doc, ID).toString()).toBe('one two日')
  expect(mine.toString()).toBe('REFUSED one two')
  expect(area.value).toBe('one two日')
  expect(area.selectionStart).toBe(8)
})

test('a text that nobody is in shows what the new document says', () => {
  const { area, replaceDoc } = open('one')
  act(() => replaceDoc((doc) => aboutText(doc, ID).insert(3, ' two')))
  expect(area.value).toBe('one two')
})

test('[U6] undo in a text takes my letters back in steps, and the caret goes where it happened', () => {
  const { area, theirs } = open('meet at noon')
  const press = (key: string) => act(() => void fireEvent.keyDown(area, { key, ctrlKey: true }))
  focus(area)
  type(area, 'meet Ana at noon', 8)
  // In another place, however soon: another step.
  type(area, 'meet Ana at noon sharp', 22)
  act(() => theirs.insert(0, 'Please '))
  area.setSelectionRange(0, 0)
  press('z')
  expect([area.value, area.selectionStart]).toEqual(['Please meet Ana at noon', 23])
  press('z')
  expect([area.value, area.selectionStart]).toEqual(['Please meet at noon', 11])
  press('y')
  expect([area.value, area.selectionStart]).toEqual(['Please meet Ana at noon', 15])
})
