import type { Workspace } from '../index.js'
import { announceCaret } from './announce-caret.js'
import type { TextElement } from './text-element.js'

/** My being in one field, as the others see it: where the focus is, that keys are pressed, and the caret. */
export class Editing {
  readonly #workspace: Workspace
  readonly #contactId: string
  readonly #field: string
  #element: TextElement | undefined
  #withdrawCaret: () => void = () => undefined

  constructor(workspace: Workspace, contactId: string, field: string) {
    this.#workspace = workspace
    this.#contactId = contactId
    this.#field = field
  }

  /** The element that has the focus; `undefined` while I am elsewhere. */
  get element(): TextElement | undefined {
    return this.#element
  }

  enter(element: TextElement): void {
    if (this.#element === element) return
    this.#element = element
    const place = { contactId: this.#contactId, field: this.#field }
    this.#workspace.actions.setEditing(place)
    this.#withdrawCaret()
    this.#withdrawCaret = announceCaret(this.#workspace, element, place)
  }

  /** A key was pressed; the workspace takes it back 3 s after the last one. */
  type(): void {
    this.#workspace.actions.setTyping(this.#contactId, this.#field, true)
  }

  leave(): void {
    if (this.#element === undefined) return
    this.#element = undefined
    // In this order it is one change of presence: nobody sees me there for a moment, not typing.
    this.#workspace.actions.setEditing(null)
    this.#workspace.actions.setTyping(this.#contactId, this.#field, false)
    this.#withdrawCaret()
  }
}
