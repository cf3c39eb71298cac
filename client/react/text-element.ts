import type { ChangeEvent, CompositionEvent, FocusEvent } from 'react'

/** What a text field is in a page. */
export type TextElement = HTMLInputElement | HTMLTextAreaElement

/** Spread these onto an `<input>` or a `<textarea>`. The handlers stay the same between renders. */
export interface TextProps {
  value: string
  /** Which field it is, as `<contact id>/<field>`: where `<CursorTracker>` shows the others' carets. */
  'data-kith-field': string
  onChange(event: ChangeEvent<TextElement>): void
  onFocus(event: FocusEvent<TextElement>): void
  onBlur(event: FocusEvent<TextElement>): void
  onCompositionStart(event: CompositionEvent<TextElement>): void
  onCompositionEnd(event: CompositionEvent<TextElement>): void
}

/**
 * Shows a text that changed elsewhere in the element that has the focus, with the selection on the
 * letters it was on: `placeOf` gives the new place of an old position. Set here, before React renders: React then finds the value in place, and does
 * not set it, which would send the caret to the end.
 *
 * @returns false where the element doesn't tell its selection (`type="email"`), and nothing is done
 */
export const showIn = (
  element: TextElement,
  text: string,
  placeOf: (position: number, isBegin?: boolean) => number,
): boolean => {
  const { selectionStart, selectionEnd, selectionDirection } = element
  if (selectionStart === null || selectionEnd === null) return false
  element.value = text
  element.setSelectionRange(
    placeOf(selectionStart, selectionStart < selectionEnd),
    placeOf(selectionEnd),
    selectionDirection ?? 'none',
  )
  return true
}

/** Where the caret is, or the end of the text where the element doesn't say. */
export const caretOf = (element: TextElement): number =>
  element.selectionEnd ?? element.value.length
