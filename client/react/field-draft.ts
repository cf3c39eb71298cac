import type { ChangeEvent, CompositionEvent, FocusEvent } from 'react'
import type { Editing } from './editing.js'
import { onLeavingPage } from './leaving-page.js'
import { movedBy, spliceOf } from './splice.js'
import { showIn, type TextElement } from './text-element.js'
import { catchTurns, type Turn } from './undo-keys.js'

/** A value that is overwritten as a whole. */
export interface FieldSource {
  read(): string
  /** @throws Error that says why the value is not taken; nothing is written then */
  write(value: string): void
  /** Takes back, or does again, what I did to this field last. */
  turn(turn: Turn): void
  /** What I typed has overwritten what others wrote meanwhile, which I did not see. */
  overwrote(): void
  /** What I type next begins a step of undo. */
  endStep(): void
  /** Gives the way to cancel it. */
  setTimer(act: () => void, delay: number): () => void
  /** `local` says that the change was made in this tab. */
  subscribe(changed: (local: boolean) => void): () => void
}

export interface FieldState {
  value: string
  /** Why what was typed last is not taken; until something else is typed. */
  error: Error | undefined
}

/** At most one overwrite in this time, in milliseconds: each leaves bytes behind for good. */
const WRITE_EVERY = 250

/**
 * What I type into a plain field, between the keys and the document.
 *
 * 1. While I am in the field it shows my draft. A remote change shows only as long as I have typed
 *    nothing since I came, and leaves the selection on its letters; else it shows once I leave.
 * 2. What was typed is written at most `WRITE_EVERY` after it was, and at once when I leave, when
 *    the component does, and when the page does. Of an input method only what it has settled; all
 *    that stands there where I or the page leave, since what follows may never come.
 * 3. A change that this tab makes elsewhere (an undo) replaces the draft: I asked for it.
 * 4. Undo in the field is that of the workspace, of this field's steps alone; what is typed is
 *    written first, and so is a step.
 */
export class FieldDraft {
  readonly #source: FieldSource
  readonly #editing: Editing
  #changed: () => void = () => undefined
  #draft: string | undefined
  /** What the document held when it was last looked at, while I am in the field. */
  #stored = ''
  /** What my draft began with: typed back to it, there is nothing of mine to write. */
  #base = ''
  #typed = false
  #unsent = false
  /** A remote change does not show, since I have typed. */
  #isHidden = false
  #composing = false
  #writing = false
  #turning = false
  #error: Error | undefined
  #cancelTimer: (() => void) | undefined
  #freeTurns: () => void = () => undefined

  constructor(source: FieldSource, editing: Editing) {
    this.#source = source
    this.#editing = editing
  }

  state(): FieldState {
    return { value: this.#draft ?? this.#source.read(), error: this.#error }
  }

  /** Listening is the draft's life: its end writes what is not written yet. */
  subscribe(changed: () => void): () => void {
    this.#changed = changed
    const stop = this.#source.subscribe(this.#follow)
    const stay = onLeavingPage(this.#save)
    return () => {
      this.#leave()
      stay()
      stop()
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
      this.#take(event.currentTarget)
      this.#error = undefined
      this.#editing.type()
      this.#schedule()
      this.#changed()
    },
    onCompositionStart: (): void => {
      this.#composing = true
    },
    onCompositionEnd: (event: CompositionEvent<TextElement>): void => {
      this.#composing = false
      this.#take(event.currentTarget)
      this.#schedule()
    },
  }

  #enter(element: TextElement): void {
    if (this.#editing.element === element) return
    this.#editing.enter(element)
    this.#freeTurns()
    this.#freeTurns = catchTurns(element, this.#turn)
    this.#stored = this.#source.read()
    this.#draft ??= this.#stored
    this.#base = this.#draft
  }

  #take({ value }: TextElement): void {
    if (value === this.#draft) return
    this.#draft = value
    this.#typed = true
    this.#unsent = value !== this.#base
  }

  #leave(): void {
    this.#composing = false
    this.#save()
    this.#draft = undefined
    this.#typed = false
    this.#freeTurns()
    this.#freeTurns = () => undefined
    if (this.#editing.element !== undefined) this.#source.endStep()
    this.#editing.leave()
  }

  /** Writes it in place of what is there and of what I typed. False where it is not taken. */
  readonly write = (value: string): boolean => this.#try(() => this.#source.write(value))

  /** Rule 4. What is not taken is taken back by showing what is. */
  readonly #turn = (turn: Turn): void => {
    this.#save()
    this.#turning = true
    if (this.#error !== undefined) this.#show(this.#source.read())
    else this.#try(() => this.#source.turn(turn))
    this.#turning = false
  }

  #schedule(): void {
    this.#cancelTimer ??= this.#source.setTimer(this.#flush, WRITE_EVERY)
  }

  /** While an input method composes, its end schedules anew. */
  readonly #flush = (): void => {
    this.#cancelTimer = undefined
    if (!this.#composing) this.#save()
  }

  readonly #save = (): void => {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (!this.#unsent || this.#draft === undefined) return
    this.#unsent = false
    if (this.#draft !== this.#source.read()) this.#write(this.#draft)
    this.#stored = this.#base = this.#source.read()
    if (this.#isHidden && this.#stored === this.#draft) this.#source.overwrote()
    this.#isHidden = false
  }

  #write(value: string): void {
    this.#writing = true
    this.#try(() => this.#source.write(value))
    this.#writing = false
  }

  #try(act: () => void): boolean {
    try {
      act()
      return true
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error))
      this.#changed()
      return false
    }
  }

  readonly #follow = (local: boolean): void => {
    if (this.#writing) return
    const { element } = this.#editing
    if (element === undefined || this.#draft === undefined) {
      this.#changed()
      return
    }
    const stored = this.#source.read()
    if (stored === this.#stored) return
    this.#stored = stored
    if (this.#composing || (this.#typed && !local)) {
      this.#isHidden = true
      return
    }
    this.#show(stored)
  }

  /** In place of the draft. After an undo the caret is where it changed something. */
  #show(stored: string): void {
    const { element } = this.#editing
    if (element === undefined || this.#draft === undefined) return
    const splice = spliceOf(this.#draft, stored)
    const end = splice.at + splice.insert.length
    if (!showIn(element, stored, this.#turning ? () => end : movedBy([splice]))) return
    this.#draft = this.#base = stored
    this.#unsent = false
    this.#error = undefined
    this.#changed()
  }
}
