import type { ChangeEvent, CompositionEvent, FocusEvent } from 'react'
import type * as Y from 'yjs'
import type { Editing } from './editing.js'
import type { FieldState } from './field-draft.js'
import { onLeavingPage } from './leaving-page.js'
import { movedBy, type Splice, spliceOf } from './splice.js'
import { caretOf, showIn, type TextElement } from './text-element.js'
import { catchTurns, type Turn } from './undo-keys.js'

export interface TextSource {
  /** Of the document as it is now. */
  text(): Y.Text
  /** Called when it is that of another document. */
  onReplaced(listener: () => void): () => void
  /** Runs an edit, or throws why there can be none. */
  edit(change: () => void): void
  /** Takes back, or does again, what I did to this text last. */
  turn(turn: Turn): void
  /** What I type next begins a step of undo. */
  endStep(): void
}

/**
 * What I type into a text that merges letter by letter.
 *
 * 1. Outside a composition the element, `#shown` and the Y.Text say the same: a key becomes the
 *    smallest insert and delete at once, a remote change shows at once and leaves the selection on
 *    its letters.
 * 2. While an input method composes, nothing touches the element. What others do meanwhile is
 *    gathered in `#meanwhile`; at the end my change goes to where its place has moved to. A page
 *    that leaves is such an end: what is composed there has no other.
 * 3. Another document comes as one remote change: focus, selection and composition stay.
 * 4. Undo in the element is that of the workspace, of this text's steps alone. Typing elsewhere in
 *    it begins a step.
 */
export class TextDraft {
  readonly #source: TextSource
  readonly #editing: Editing
  /** The text that is listened to, while anything is. */
  #bound: Y.Text | undefined
  #changed: () => void = () => undefined
  /** What the element shows, while I am in it. */
  #shown: string | undefined
  /** What the Y.Text said when `#shown` last agreed with it. */
  #base = ''
  #meanwhile: Splice[] = []
  #composing = false
  #writing = false
  #turning = false
  /** Where what I typed last ends. */
  #end: number | undefined
  #freeTurns: () => void = () => undefined
  #error: Error | undefined

  constructor(source: TextSource, editing: Editing) {
    this.#source = source
    this.#editing = editing
  }

  get #text(): Y.Text {
    return this.#bound ?? this.#source.text()
  }

  state(): FieldState {
    return { value: this.#shown ?? this.#text.toString(), error: this.#error }
  }

  /** Listening is the draft's life: its end writes what is not written yet. */
  subscribe(changed: () => void): () => void {
    this.#changed = changed
    const stay = onLeavingPage(this.#settle)
    this.#bind()
    const stop = this.#source.onReplaced(this.#rebind)
    return () => {
      this.#leave()
      stay()
      stop()
      this.#unbind()
    }
  }

  #bind(): void {
    this.#bound = this.#source.text()
    this.#bound.observe(this.#follow)
  }

  #unbind(): void {
    this.#bound?.unobserve(this.#follow)
    this.#bound = undefined
  }

  /** Rule 3. */
  readonly #rebind = (): void => {
    const before = this.#text.toString()
    this.#unbind()
    this.#bind()
    const after = this.#text.toString()
    if (before !== after) this.#take([spliceOf(before, after)])
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
    this.#freeTurns()
    this.#freeTurns = catchTurns(element, this.#turn)
    this.#base = this.#text.toString()
    this.#shown ??= this.#base
  }

  #leave(): void {
    this.#composing = false
    this.#settle()
    this.#shown = undefined
    this.#end = undefined
    this.#freeTurns()
    this.#freeTurns = () => undefined
    if (this.#editing.element !== undefined) this.#source.endStep()
    this.#editing.leave()
  }

  /** Rule 4. */
  readonly #turn = (turn: Turn): void => {
    this.#turning = true
    this.#try(() => this.#source.turn(turn))
    this.#turning = false
    this.#changed()
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
  #write({ at, remove, insert }: Splice): (position: number, isBegin?: boolean) => number {
    const placeOf = movedBy(this.#meanwhile)
    const start = placeOf(at)
    const length = placeOf(at + remove) - start
    if (length > 0 || insert !== '') {
      if (this.#end !== start && this.#end !== start + length) this.#source.endStep()
      this.#end = start + insert.length
      this.#edit(() => {
        if (length > 0) this.#text.delete(start, length)
        if (insert !== '') this.#text.insert(start, insert)
      })
    }
    const grown = insert.length - remove
    return (position, isBegin) => {
      if (position <= at) return placeOf(position, isBegin)
      if (position < at + insert.length) return start + position - at
      return placeOf(position - grown, isBegin) + insert.length - length
    }
  }

  #edit(change: () => void): void {
    this.#writing = true
    this.#try(() => this.#source.edit(change))
    this.#writing = false
  }

  #try(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error))
    }
  }

  readonly #follow = (event: Y.YTextEvent): void => {
    if (!this.#writing) this.#take(splicesOf(event))
  }

  /** Others did this to the text. */
  #take(changes: readonly Splice[]): void {
    const { element } = this.#editing
    if (element === undefined || this.#shown === undefined) {
      this.#changed()
      return
    }
    if (this.#composing) {
      this.#meanwhile.push(...changes)
      return
    }
    this.#base = this.#shown = this.#text.toString()
    const placeOf = movedBy(changes)
    if (this.#end !== undefined) this.#end = placeOf(this.#end)
    const last = changes.at(-1)
    // After an undo the caret is where it changed something.
    const end = this.#turning && last !== undefined ? last.at + last.insert.length : undefined
    showIn(element, this.#shown, end === undefined ? placeOf : () => end)
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
