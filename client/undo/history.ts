/**
 * Undo and redo of what this tab did, by inverse operations of its own.
 *
 * 1. A value goes back only while the field holds the very write that is taken back: whatever
 *    anybody wrote there later stays. In a text my letters go and those that I removed come back at
 *    their place; the others' letters stay.
 * 2. Nothing is deleted for good: taking a creation back writes `deletedAt`, as deleting does.
 * 3. Across a document that takes another's place, values survive where they read the same there;
 *    texts don't, since their letters have other ids. `state()` says what is left.
 * 4. In memory, at most `MAX_STEPS`.
 */
import { sameJson } from 'kith-shared'
import * as Y from 'yjs'
import type { FieldPlace, Undo, UndoAction, UndoState } from '../api.js'
import { Incoming } from '../incoming.js'
import { Listeners } from '../listeners.js'
import { ActionBatch, TYPING } from './origins.js'
import { actionOf, addTo, type Changes, isAt, isSamePlace, type Step } from './step.js'
import { textChangesIn } from './text-change.js'
import {
  put,
  type ValueChange,
  valueAt,
  valueChangesIn,
  type Written,
  writtenAt,
} from './value-change.js'

const MAX_STEPS = 100
/** A pause between two keys that ends a step, in milliseconds. */
const PAUSE = 500

/** The origin of what it writes. */
const UNDO = Symbol('kith undo')

export interface HistoryParts {
  doc: Y.Doc
  now: () => number
  /** Throws where nothing may be written. */
  assertMayEdit: () => void
}

type Direction = 'undo' | 'redo'

const NOTHING: UndoState = { undo: undefined, redo: undefined }

export class History implements Undo {
  readonly #parts: HistoryParts
  #doc: Y.Doc
  readonly #steps: Record<Direction, Step[]> = { undo: [], redo: [] }
  readonly #changed = new Listeners()
  #state = NOTHING
  #isStale = false
  #together: ActionBatch | undefined
  #isSealed = false
  #made = 0

  constructor(parts: HistoryParts) {
    this.#parts = parts
    this.#doc = parts.doc
  }

  start(): void {
    this.#doc.on('afterTransaction', this.#follow)
  }

  close(): void {
    this.#doc.off('afterTransaction', this.#follow)
  }

  state(): UndoState {
    if (!this.#isStale) return this.#state
    this.#isStale = false
    const undo = this.#next('undo')
    const redo = this.#next('redo')
    const isSame = undo === this.#state.undo && redo === this.#state.redo
    if (!isSame) this.#state = { undo, redo }
    return this.#state
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  undo(only?: UndoAction | FieldPlace): UndoAction | undefined {
    return this.#turn('undo', only)
  }

  redo(only?: UndoAction | FieldPlace): UndoAction | undefined {
    return this.#turn('redo', only)
  }

  asOne<Result>(act: () => Result): Result {
    return this.openStep()(act)
  }

  openStep(): <Result>(act: () => Result) => Result {
    const batch = new ActionBatch()
    return (act) => {
      const outer = this.#together
      this.#together = outer ?? batch
      try {
        return act()
      } finally {
        this.#together = outer
      }
    }
  }

  endStep(): void {
    this.#isSealed = true
  }

  /** Rule 3. */
  replace(next: Y.Doc): void {
    const before = this.#doc
    before.off('afterTransaction', this.#follow)
    next.on('afterTransaction', this.#follow)
    this.#doc = next
    const states = new Map<Written, string>()
    for (const direction of ['undo', 'redo'] as const) {
      this.#steps[direction] = this.#steps[direction].filter((step) => step.values.size > 0)
      for (const step of this.#steps[direction]) {
        step.texts.clear()
        delete step.action
        for (const { key, from, to } of step.values.values()) states.set(from, key).set(to, key)
      }
    }
    for (const [state, key] of states) {
      if (writtenAt(before, key) !== state.id) continue
      const isSame = sameJson(valueAt(before, key), valueAt(next, key))
      state.id = isSame ? writtenAt(next, key) : 'lost'
    }
    this.#tell()
  }

  readonly #follow = (transaction: Y.Transaction): void => {
    if (transaction.changed.size === 0) return
    const { origin, local } = transaction
    const isOther = !local || origin instanceof Incoming || origin instanceof Y.UndoManager
    if (isOther) return this.#hear()
    if (origin === UNDO) return
    const changes: Changes = {
      values: valueChangesIn(transaction),
      texts: textChangesIn(transaction).map(({ contactId, inserted, deleted }) => ({
        contactId,
        change: [inserted, deleted],
      })),
    }
    if (changes.values.length + changes.texts.length === 0) return
    this.#record(changes, origin)
  }

  /** What others do may leave nothing to take back. */
  #hear(): void {
    if (this.#steps.undo.length + this.#steps.redo.length > 0) this.#tell()
  }

  #record(changes: Changes, origin: unknown): void {
    for (const change of changes.values) change.from = this.#known(change)
    const batch = this.#together ?? (origin instanceof ActionBatch ? origin : undefined)
    // Editors that are bound to a text have origins of their own.
    const isText = changes.values.length === 0
    const isTyping = (origin === TYPING || isText) && batch === undefined
    const now = this.#parts.now()
    const earlier = this.#steps.undo.findLast((step) => batch !== undefined && step.batch === batch)
    const step = earlier ?? (isTyping ? this.#goesOn(changes, now) : undefined)
    this.#steps.redo = []
    this.#isSealed = false
    if (step === undefined) this.#push({ changes, batch, isTyping, now })
    else {
      addTo(step, changes)
      step.at = now
    }
    this.#tell()
  }

  #push(made: { changes: Changes; batch: unknown; isTyping: boolean; now: number }): void {
    const { changes, batch, isTyping, now } = made
    const id = ++this.#made
    const step: Step = { id, values: new Map(), texts: new Map(), batch, isTyping, at: now }
    addTo(step, changes)
    this.#steps.undo.push(step)
    if (this.#steps.undo.length > MAX_STEPS) this.#steps.undo.shift()
  }

  #goesOn(changes: Changes, now: number): Step | undefined {
    const last = this.#steps.undo.at(-1)
    if (last === undefined || !last.isTyping || this.#isSealed) return undefined
    return now - last.at < PAUSE && isSamePlace(last, changes) ? last : undefined
  }

  /** The state that was overwritten, if a step of mine had made it. */
  #known({ key, from }: ValueChange): Written {
    for (const step of this.#steps.undo.toReversed()) {
      const change = step.values.get(key)
      if (change !== undefined) return change.to.id === from.id ? change.to : from
    }
    return from
  }

  #turn(direction: Direction, only: UndoAction | FieldPlace | undefined): UndoAction | undefined {
    this.#parts.assertMayEdit()
    const step = this.#find(direction, only)
    if (step === undefined) return undefined
    const action = actionOf(step, this.#doc)
    const [from, to] =
      direction === 'undo' ? (['undo', 'redo'] as const) : (['redo', 'undo'] as const)
    this.#steps[from] = this.#steps[from].filter((one) => one !== step)
    this.#doc.transact(() => this.#apply(step, direction), UNDO)
    this.#steps[to].push(step)
    this.#isSealed = true
    this.#tell()
    return action
  }

  #apply(step: Step, direction: Direction): void {
    const now = this.#parts.now()
    for (const { key, before, after, from, to } of step.values.values()) {
      const [held, wanted, value] = direction === 'undo' ? [to, from, before] : [from, to, after]
      if (writtenAt(this.#doc, key) !== held.id) continue
      put(this.#doc, key, value, now)
      wanted.id = writtenAt(this.#doc, key)
    }
    for (const text of step.texts.values()) {
      const renames = direction === 'undo' ? text.undo(this.#doc) : text.redo(this.#doc)
      for (const one of [...this.#steps.undo, ...this.#steps.redo]) {
        const same = one === step ? undefined : one.texts.get(text.contactId)
        for (const rename of renames) same?.rename(rename)
      }
    }
  }

  #next(direction: Direction): UndoAction | undefined {
    const step = this.#find(direction)
    return step && actionOf(step, this.#doc)
  }

  /** The newest one that would change something. What it changed is as it left it, or it waits. */
  #find(direction: Direction, only?: UndoAction | FieldPlace): Step | undefined {
    const isMeant = (step: Step): boolean => {
      if (only === undefined) return true
      return 'type' in only ? step.id === only.id : isAt(step, only)
    }
    return this.#steps[direction].findLast(
      (step) => isMeant(step) && isLive(step, this.#doc, direction),
    )
  }

  #tell(): void {
    this.#isStale = true
    this.#changed.tell()
  }
}

const isLive = (step: Step, doc: Y.Doc, direction: Direction): boolean => {
  for (const { key, before, after, from, to } of step.values.values()) {
    const held = direction === 'undo' ? to : from
    if (writtenAt(doc, key) === held.id && !sameJson(before, after)) return true
  }
  return [...step.texts.values()].some((text) =>
    direction === 'undo' ? text.isLive(doc) : text.isGone(doc),
  )
}
