import type { TextElement } from './text-element.js'

/** Marks the element of a field, as `<contact id>/<field>`; `useField` and `useAbout` set it. */
export const FIELD_ATTRIBUTE = 'data-kith-field'

export const fieldKey = (contactId: string, field: string): string => `${contactId}/${field}`

/** The elements of this field below `root`; an app may show one twice. */
export const fieldElements = (root: ParentNode, key: string): TextElement[] =>
  Array.from(root.querySelectorAll(`[${FIELD_ATTRIBUTE}="${CSS.escape(key)}"]`)).filter(isText)

const isText = (element: Element): element is TextElement =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
