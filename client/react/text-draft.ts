import type { ChangeEvent, CompositionEvent, FocusEvent } from 'react'
import type * as Y from 'yjs'
import type { Editing } from './editing.js'
import type { FieldState } from './field-draft.js'
import { onLeavingPage } from './leaving-page.js'
import { movedBy, type Splice, spliceOf } from './splice.js'
import { caretOf, showIn, type TextElement } from './text-element.js'

/**
 * What I type into a text that merges letter by letter.
 *
 * 1. Outside a composition the element, `#shown` and the Y.Text say the same: a key becomes the
 *    smallest insert and delete at once, a remote change shows at once and leaves the selection on
 *    its letters.
 * 2. While an input method composes, nothing touches the element. What others do meanwhile is
 *    gathered in `#meanwhile`; at the end my change goes to where its place has moved to. A page
 *    that leaves is such an end: what is composed there has no other.
 */
export class TextDraft {
  readonly #text: Y.Text
  readonly #editing: Editing
  /** Runs an edit, or throws why there can be none. */
  readonly #edit: (change: () => void) => void
  #changed: () => void = () => undefined
  /** What the element shows, while I am in it. */
  #shown: string | undefined
  /** What the Y.Text said when `#shown` last agreed with it. */
  #base = ''
  #meanwhile: Splice[] = []
  #composing = false
  #writing = false
  #error: Error | undefined

  constructor(text: Y.Text, editing: Editing, edit: (change: () => void) => void) {
    this.#text = text
    this.#editing = editing
    this.#edit = edit
  }

  state(): FieldState {
    return { value: this.#shown ?? this.#text.toString(), error: this.#error }
  }

  /** Listening is the draft's life: its end writes what is not written yet. */
  subscribe(changed: () => void): () => void {
    this.#changed = changed
    const stay = onLeavingPage(this.#settle)
    this.#text.observe(this.#follow)
    return () => {
      this.#leave()
      stay()
      this.#text.unobserve(this.#follow)
    }
  }

  readonly handlers = {
    onFocus: (event: FocusEvent<TextElement>): void => this.#enter(event.currentTarget),
    onBlur: (): void => {
      this.#leave()
      this.#changed()
    },
    onChange: (event: ChangeEvent<TextElement>): void => {
      // Without a focus event too: the element may have had the focus before this draft was its.
      this.#enter(event.currentTarget)
      this.#shown = event.currentTarget.value
      this.#error = undefined
      this.#editing.type()
      if (!this.#composing) this.#settle()
      this.#changed()
    },
    onCompositionStart: (event: CompositionEvent<TextElement>): void => {
      this.#enter(event.currentTarget)
      this.#composing = true
    },
    onCompositionEnd: (event: CompositionEvent<TextElement>): void => {
      this.#composing = false
      this.#shown = event.currentTarget.value
      this.#settle()
      this.#changed()
    },
  }

  #enter(element: TextElement): void {
    if (this.#editing.element === element) return
    this.#editing.enter(element)
    this.#base = this.#text.toString()
    this.#shown ??= this.#base
  }

  #leave(): void {
    this.#composing = false
    this.#settle()
    this.#shown = undefined
    this.#editing.leave()
  }

  /** Writes what `#shown` has that `#base` has not, then shows what the Y.Text says. */
  readonly #settle = (): void => {
    const { element } = this.#editing
    if (element === undefined || this.#shown === undefined) return
    const shown = this.#shown
    const placeOf = this.#write(spliceOf(this.#base, shown, caretOf(element)))
    this.#base = this.#shown = this.#text.toString()
    this.#meanwhile = []
    if (shown !== this.#shown) showIn(element, this.#shown, placeOf)
  }

  /** Says where each position of what is shown is afterwards. */
  #write({ at, remove, insert }: Splice): (position: number) => number {
    const placeOf = movedBy(this.#meanwhile)
    const start = placeOf(at)
    const length = placeOf(at + remove) - start
    if (length > 0 || insert !== '') {
      this.#try(() => {
        if (length > 0) this.#text.delete(start, length)
        if (insert !== '') this.#text.insert(start, insert)
      })
    }
    const grown = insert.length - remove
    return (position) => {
      if (position <= at) return placeOf(position)
      if (position < at + insert.length) return start + position - at
      return placeOf(position - grown) + insert.length - length
    }
  }

  #try(change: () => void): void {
    this.#writing = true
    try {
      this.#edit(change)
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error))
    } finally {
      this.#writing = false
    }
  }

  readonly #follow = (event: Y.YTextEvent): void => {
    if (this.#writing) return
    const { element } = this.#editing
    if (element === undefined || this.#shown === undefined) {
      this.#changed()
      return
    }
    const changes = splicesOf(event)
    if (this.#composing) {
      this.#meanwhile.push(...changes)
      return
    }
    this.#base = this.#shown = this.#text.toString()
    showIn(element, this.#shown, movedBy(changes))
    this.#changed()
  }
}

/** A Yjs delta as splices, each in the text as the ones before it left it. */
const splicesOf = (event: Y.YTextEvent): Splice[] => {
  const splices: Splice[] = []
  let at = 0
  for (const { retain, insert, delete: remove } of event.delta) {
    if (retain !== undefined) at += retain
    if (remove !== undefined) splices.push({ at, remove, insert: '' })
    if (typeof insert === 'string') {
      splices.push({ at, remove: 0, insert })
      at += insert.length
    }
  }
  return splices
}
