import type { TextElement } from './text-element.js'

/** Marks the element of a field, as `<contact id>/<field>`; `useField` and `useAbout` set it. */
export const FIELD_ATTRIBUTE = 'data-kith-field'

/** Marks what stands for a contact in a list, by its id; the app sets it. */
export const CONTACT_ATTRIBUTE = 'data-kith-contact'

export const fieldKey = (contactId: string, field: string): string => `${contactId}/${field}`

/** The elements below `root` that are marked so. */
export const markedElements = (root: ParentNode, attribute: string, value: string): HTMLElement[] =>
  Array.from(root.querySelectorAll<HTMLElement>(`[${attribute}="${CSS.escape(value)}"]`))

export const isTextElement = (element: Element): element is TextElement =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
