// @vitest-environment jsdom
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { aboutText } from 'kith-shared'
import { afterEach, expect, test } from 'vitest'
import { ReadOnlyError } from '../../../client/index.js'
import { type FieldView, useAbout, WorkspaceProvider } from '../../../client/react/index.js'
import { contactId } from '../contact-id.js'
import { openTeam } from './team.js'

const ID = contactId('contact-1')

afterEach(cleanup)

const open = async (text: string) => {
  const team = await openTeam(1)
  const { workspace, bo, settled } = team
  const mine = aboutText(workspace.doc, ID)
  const theirs = aboutText(bo.workspace.doc, ID)
  mine.insert(0, text)
  await settled()
  const views: FieldView[] = []
  const Area = () => {
    const view = useAbout(ID)
    views.push(view)
    return <textarea {...view.props} />
  }
  const { container, unmount } = render(
    <WorkspaceProvider workspace={workspace}>
      <Area />
    </WorkspaceProvider>,
  )
  const area = container.querySelector('textarea')
  if (area === null) throw new Error('no text area')
  /** What the gate does not take, with the rest of its edit: another document takes its place. */
  const typesRefused = (letters: string) =>
    act(() =>
      workspace.doc.transact(() => {
        aboutText(workspace.doc, ID).insert(0, letters)
        workspace.doc.getMap('elsewhere').set('key', 1)
      }),
    )
  return { ...team, area, mine, theirs, unmount, typesRefused, view: () => views.at(-1) }
}

/** As a browser does it: the value and the caret change, then the event comes. */
const type = (area: HTMLTextAreaElement, value: string, caret = value.length) => {
  // The setter of the prototype: React watches the element's own.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(area, value)
  area.setSelectionRange(caret, caret)
  fireEvent.input(area)
}
const focus = (area: HTMLTextAreaElement) => act(() => area.focus())

test('a key becomes one small insert or delete', async () => {
  const { area, mine } = await open('aab')
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

test('an emoji that replaces another of the same first half stays whole', async () => {
  const { area, mine, theirs, arrives } = await open('so 😀!')
  focus(area)
  type(area, 'so 😁!', 5)
  expect(mine.toString()).toBe('so 😁!')
  await arrives(() => undefined)
  expect(theirs.toString()).toBe('so 😁!')
})

test("others' letters merge with mine and leave my selection on its letters", async () => {
  const { area, theirs, arrives } = await open('meet Ana at noon')
  focus(area)
  area.setSelectionRange(5, 8)
  await arrives(() => theirs.insert(0, 'Please '))
  expect(area.value).toBe('Please meet Ana at noon')
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('Ana')
  await arrives(() => theirs.insert(theirs.length, ' sharp'))
  type(area, 'Please meet Ana and Bo at noon sharp', 22)
  await arrives(() => undefined)
  expect(theirs.toString()).toBe('Please meet Ana and Bo at noon sharp')
  expect(area.selectionStart).toBe(22)
})

test("letters that others put at my caret don't push it along", async () => {
  const { area, theirs, arrives } = await open('ab')
  focus(area)
  area.setSelectionRange(1, 1)
  await arrives(() => theirs.insert(1, 'XX'))
  expect(area.value).toBe('aXXb')
  expect(area.selectionStart).toBe(1)
})

test('an input method composes undisturbed; its end merges with what others wrote meanwhile', async () => {
  const { area, mine, theirs, arrives } = await open('one two three')
  focus(area)
  area.setSelectionRange(7, 7)
  fireEvent.compositionStart(area)
  type(area, 'one two日 three', 8)
  await arrives(() => {
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

test('[P1] a page that leaves takes what an input method is still composing', async () => {
  const { area, mine, theirs, arrives } = await open('one three')
  focus(area)
  area.setSelectionRange(4, 4)
  fireEvent.compositionStart(area)
  type(area, 'one two three', 8)
  await arrives(() => theirs.insert(0, '>> '))
  expect(mine.toString()).toBe('>> one three')
  act(() => window.dispatchEvent(new Event('pagehide')))
  expect(mine.toString()).toBe('>> one two three')
  expect(area.value).toBe('>> one two three')
  // The page came back: what follows merges as before.
  type(area, '>> one two or three', 13)
  await arrives(() => theirs.insert(theirs.length, '!'))
  expect(mine.toString()).toBe('>> one two three!')
  fireEvent.compositionEnd(area)
  expect(mine.toString()).toBe('>> one two or three!')
  expect(area.value).toBe('>> one two or three!')
})

test('what a viewer types is taken back, and the view says why', async () => {
  const { ana, area, mine, arrives, view } = await open('text')
  await arrives(() => ana.setRole('viewer'))
  focus(area)
  type(area, 'textx')
  expect(mine.toString()).toBe('text')
  expect(area.value).toBe('text')
  expect(view()?.error).toBeInstanceOf(ReadOnlyError)
})

test('the others see me in the text for as long as I am there', async () => {
  const { area, bo, passes, unmount } = await open('text')
  const seen = () => bo.workspace.others().map(({ editing, typing }) => ({ editing, typing }))
  focus(area)
  type(area, 'text!')
  await passes(200)
  expect(seen()).toEqual([{ editing: { contactId: ID, field: 'about' }, typing: true }])
  unmount()
  await passes(200)
  expect(seen()).toEqual([{ editing: null, typing: false }])
})

test('[R6] another document keeps the focus, and the selection on its letters', async () => {
  const { area, mine, workspace, typesRefused, arrives } = await open('meet Ana')
  typesRefused('REFUSED ')
  focus(area)
  area.setSelectionRange(13, 16)
  await arrives(() => expect(area.value).toBe('REFUSED meet Ana'))
  expect(mine.doc).not.toBe(workspace.doc)
  expect(document.activeElement).toBe(area)
  expect(area.value).toBe('meet Ana')
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('Ana')
  type(area, 'meet Ana!', 9)
  expect(aboutText(workspace.doc, ID).toString()).toBe('meet Ana!')
})

test('an input method composes on while the document is replaced, and ends in the new one', async () => {
  const { area, mine, workspace, typesRefused, arrives } = await open('one two')
  typesRefused('REFUSED ')
  focus(area)
  area.setSelectionRange(15, 15)
  fireEvent.compositionStart(area)
  type(area, 'REFUSED one two日', 16)
  await arrives(() => undefined)
  expect(area.value).toBe('REFUSED one two日')
  fireEvent.compositionEnd(area)
  expect(aboutText(workspace.doc, ID).toString()).toBe('one two日')
  expect(mine.toString()).toBe('REFUSED one two')
  expect(area.value).toBe('one two日')
  expect(area.selectionStart).toBe(8)
})

test('a text that nobody is in shows what the new document says', async () => {
  const { area, typesRefused, arrives } = await open('one')
  typesRefused('REFUSED ')
  expect(area.value).toBe('REFUSED one')
  await arrives(() => undefined)
  expect(area.value).toBe('one')
})

test('[U6] undo in a text takes my letters back in steps, and the caret goes where it happened', async () => {
  const { area, theirs, arrives } = await open('meet at noon')
  const press = (key: string) => act(() => void fireEvent.keyDown(area, { key, ctrlKey: true }))
  focus(area)
  type(area, 'meet Ana at noon', 8)
  // In another place, however soon: another step.
  type(area, 'meet Ana at noon sharp', 22)
  await arrives(() => theirs.insert(0, 'Please '))
  area.setSelectionRange(0, 0)
  press('z')
  expect([area.value, area.selectionStart]).toEqual(['Please meet Ana at noon', 23])
  press('z')
  expect([area.value, area.selectionStart]).toEqual(['Please meet at noon', 11])
  press('y')
  expect([area.value, area.selectionStart]).toEqual(['Please meet Ana at noon', 15])
})
