import { aboutText, isContactId } from 'kith-shared'
import * as Y from 'yjs'
import type { Workspace } from '../index.js'
import type { TextElement } from './text-element.js'

/**
 * A caret in a presence state, anchored to letters: in a text that merges letter by letter by
 * relative positions of Yjs as JSON (the shape that y-codemirror.next writes and reads), in a field
 * by its places in the text, counted in UTF-16 units, with the length of the text that they are of:
 * presence overtakes commits.
 */
export type Caret = { contactId: string; field: string } & (
  | { anchor: unknown; head: unknown }
  | { position: { anchor: number; head: number; length: number } }
)

/** Shows the others where my caret is in this element, until the returned function is called. */
export const announceCaret = (
  workspace: Workspace,
  element: TextElement,
  place: { contactId: string; field: string },
): (() => void) => {
  let last: string | undefined
  const announce = (): void => {
    const caret = caretIn(workspace, element, place)
    const json = JSON.stringify(caret)
    if (caret === undefined || json === last) return
    last = json
    workspace.awareness.setLocalStateField('cursor', caret)
  }
  const moved = (): void => {
    if (element.ownerDocument.activeElement === element) announce()
  }
  const ended = new AbortController()
  const options = { signal: ended.signal }
  element.ownerDocument.addEventListener('selectionchange', moved, options)
  // Not every browser tells of a selection that a key moved.
  element.addEventListener('input', moved, options)
  element.addEventListener('keyup', moved, options)
  const stop = workspace.onDoc(moved)
  announce()
  return () => {
    ended.abort()
    stop()
    if (last !== undefined) workspace.awareness.setLocalStateField('cursor', null)
  }
}

/** `undefined` where the element doesn't tell (`type="email"`), or shows what is not written yet. */
const caretIn = (
  { doc }: Workspace,
  element: TextElement,
  place: { contactId: string; field: string },
): Caret | undefined => {
  const { selectionStart, selectionEnd, selectionDirection } = element
  if (selectionStart === null || selectionEnd === null) return undefined
  const [anchor, head] =
    selectionDirection === 'backward'
      ? [selectionEnd, selectionStart]
      : [selectionStart, selectionEnd]
  if (place.field !== 'about' || !isContactId(place.contactId)) {
    return { ...place, position: { anchor, head, length: element.value.length } }
  }
  const text = aboutText(doc, place.contactId)
  // While an input method composes the two differ, and places in one mean nothing in the other.
  if (text.length !== element.value.length) return undefined
  return { ...place, anchor: anchored(text, anchor), head: anchored(text, head) }
}

/**
 * To the letter on its right: presence overtakes commits, so the others know that one for sure, and
 * what I type moves my caret on their screens as it arrives. All parts are there, as `null` too:
 * y-codemirror.next takes it as it came, and Yjs breaks on an `item` that is `undefined`.
 */
const anchored = (text: Y.Text, index: number): unknown => ({
  ...Y.createRelativePositionFromTypeIndex(text, index),
})
