import type { ChangeEvent, CompositionEvent, FocusEvent } from 'react'
import type { Editing } from './editing.js'
import { onLeavingPage } from './leaving-page.js'
import { movedBy, spliceOf } from './splice.js'
import { showIn, type TextElement } from './text-element.js'

/** A value that is overwritten as a whole. */
export interface FieldSource {
  read(): string
  /** @throws Error that says why the value is not taken; nothing is written then */
  write(value: string): void
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
 */
export class FieldDraft {
  readonly #source: FieldSource
  readonly #editing: Editing
  #changed: () => void = () => undefined
  #draft: string | undefined
  /** What the document held when it was last looked at, while I am in the field. */
  #stored = ''
  #typed = false
  #unsent = false
  #composing = false
  #writing = false
  #error: Error | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

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
    this.#stored = this.#source.read()
    this.#draft ??= this.#stored
  }

  #take({ value }: TextElement): void {
    if (value === this.#draft) return
    this.#draft = value
    this.#typed = true
    this.#unsent = true
  }

  #leave(): void {
    this.#composing = false
    this.#save()
    this.#draft = undefined
    this.#typed = false
    this.#editing.leave()
  }

  #schedule(): void {
    this.#timer ??= setTimeout(this.#flush, WRITE_EVERY)
  }

  /** While an input method composes, its end schedules anew. */
  readonly #flush = (): void => {
    this.#timer = undefined
    if (!this.#composing) this.#save()
  }

  readonly #save = (): void => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#unsent || this.#draft === undefined) return
    this.#unsent = false
    if (this.#draft !== this.#source.read()) this.#write(this.#draft)
    this.#stored = this.#source.read()
  }

  #write(value: string): void {
    this.#writing = true
    try {
      this.#source.write(value)
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error))
      this.#changed()
    } finally {
      this.#writing = false
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
    if (this.#composing || (this.#typed && !local)) return
    if (!showIn(element, stored, movedBy([spliceOf(this.#draft, stored)]))) return
    this.#draft = stored
    this.#unsent = false
    this.#changed()
  }
}
