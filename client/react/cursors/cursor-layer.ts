/**
 * The marks of others over a region of the page: carets in its texts, frames around its fields, and
 * badges on its rows.
 *
 * 1. React knows nothing of it: a caret that moves renders no component.
 * 2. A frame reads the whole layout first and writes afterwards, so it makes the browser lay out
 *    once at most. Frames run only after a change, and while a caret glides.
 * 3. The layer lies in the region and takes no room and no pointer: nothing moves by it, and what
 *    scrolls takes its marks along without a frame.
 */
import type { Workspace } from '../../index.js'
import {
  CONTACT_ATTRIBUTE,
  FIELD_ATTRIBUTE,
  fieldKey,
  isTextElement,
  markedElements,
} from '../field-element.js'
import { initialsOf } from '../presence/initials.js'
import type { TextElement } from '../text-element.js'
import { type BoxMark, boxMark } from './box-mark.js'
import { CaretMark } from './caret-mark.js'
import type { Point } from './glide.js'
import { isInSight } from './in-sight.js'
import { onLayerChange } from './layer-signals.js'
import { cursorsIn, type RemoteCursor } from './remote-cursors.js'
import { type CaretBox, TextMirror } from './text-mirror.js'

export type CursorKind = 'caret' | 'field' | 'row'

interface FoundCaret {
  readonly mark: CaretMark
  readonly cursor: RemoteCursor
  readonly box: CaretBox
  readonly origin: Point
}

interface FoundBox {
  readonly id: string
  readonly kind: 'field' | 'row'
  readonly box: Pick<DOMRect, 'x' | 'y' | 'width' | 'height'>
  readonly color: string
  readonly text: string
}

export class CursorLayer {
  readonly #workspace: Workspace
  readonly #layer: HTMLElement
  readonly #region: HTMLElement
  readonly #kinds: ReadonlySet<CursorKind>
  readonly #carets = new Map<string, CaretMark>()
  readonly #boxes = new Map<string, BoxMark>()
  readonly #mirrors = new Map<TextElement, TextMirror>()
  #stop: (() => void) | undefined
  #frame: number | undefined
  #frameAt = 0
  #isStale = false

  constructor(
    workspace: Workspace,
    { layer, region }: { layer: HTMLElement; region: HTMLElement },
    kinds: ReadonlySet<CursorKind>,
  ) {
    this.#workspace = workspace
    this.#layer = layer
    this.#region = region
    this.#kinds = kinds
  }

  start(): void {
    this.#stop ??= onLayerChange(this.#workspace, this.#region, this.#layer, {
      changed: this.#changed,
      restyled: () => {
        for (const mirror of this.#mirrors.values()) mirror.restyle()
        this.#changed()
      },
    })
    this.#changed()
  }

  /** Safe twice. */
  close(): void {
    this.#stop?.()
    this.#stop = undefined
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    for (const marks of [this.#carets, this.#boxes, this.#mirrors]) {
      for (const mark of marks.values()) mark.close()
      marks.clear()
    }
  }

  readonly #changed = (): void => {
    this.#isStale = true
    this.#request()
  }

  #request(): void {
    if (this.#frame !== undefined) return
    this.#frameAt = performance.now()
    this.#frame = requestAnimationFrame(this.#draw)
  }

  readonly #draw = (): void => {
    this.#frame = undefined
    const now = performance.now()
    if (this.#isStale) this.#update(now)
    const elapsed = now - this.#frameAt
    const gliding = [...this.#carets.values()].filter((mark) => !mark.step(elapsed))
    if (gliding.length > 0) this.#request()
  }

  #update(now: number): void {
    this.#isStale = false
    const base = this.#layer.getBoundingClientRect()
    const carets = this.#kinds.has('caret') ? this.#findCarets(base) : []
    const boxes = this.#findBoxes(base)
    const jumps = matchMedia('(prefers-reduced-motion: reduce)').matches
    const isAlone = aloneIn(carets)
    for (const { mark, cursor, box, origin } of carets) {
      mark.show(cursor, box, origin, jumps, now)
      mark.tellAlone(isAlone(cursor))
    }
    for (const { id, kind, box, color, text } of boxes) {
      const mark = this.#boxes.get(id) ?? boxMark(this.#layer, kind)
      this.#boxes.set(id, mark)
      mark.show(box, color, text)
    }
    prune(this.#boxes, new Set(boxes.map(({ id }) => id)))
  }

  #findCarets(base: DOMRect): FoundCaret[] {
    const { awareness, userId, doc } = this.#workspace
    const own = { clientId: awareness.clientID, userId }
    const found: FoundCaret[] = []
    const kept = new Set<string>()
    const mirrored = new Set<TextElement>()
    for (const cursor of cursorsIn(awareness.getStates(), own)) {
      const elements = markedElements(this.#region, FIELD_ATTRIBUTE, cursor.key)
      const element = elements.filter(isTextElement).find((one) => isInSight(one, this.#region))
      if (element === undefined) continue
      // Another field is another caret: it does not glide across the page.
      const id = `${cursor.clientId} ${cursor.key}`
      kept.add(id)
      mirrored.add(element)
      const mark = this.#carets.get(id) ?? new CaretMark(this.#layer)
      this.#carets.set(id, mark)
      const index = mark.indexIn(cursor, element.value, doc)
      const { x, y } = element.getBoundingClientRect()
      const box = this.#mirrorOf(element).boxAt(index)
      found.push({ mark, cursor, box, origin: { x: x - base.x, y: y - base.y } })
    }
    prune(this.#carets, kept)
    prune(this.#mirrors, mirrored)
    return found
  }

  #mirrorOf(element: TextElement): TextMirror {
    const mirror = this.#mirrors.get(element) ?? new TextMirror(element, this.#layer)
    this.#mirrors.set(element, mirror)
    return mirror
  }

  #findBoxes(base: DOMRect): FoundBox[] {
    const byPlace = new Map<string, { kind: 'field' | 'row'; value: string; who: Who[] }>()
    const add = (kind: 'field' | 'row', value: string, who: Who): void => {
      if (!this.#kinds.has(kind)) return
      const place = byPlace.get(`${kind} ${value}`) ?? { kind, value, who: [] }
      place.who.push(who)
      byPlace.set(`${kind} ${value}`, place)
    }
    for (const { editing, user } of this.#workspace.others()) {
      if (editing === null) continue
      add('field', fieldKey(editing.contactId, editing.field), user)
      add('row', editing.contactId, user)
    }
    return [...byPlace.values()].flatMap(({ kind, value, who }) => {
      const attribute = kind === 'field' ? FIELD_ATTRIBUTE : CONTACT_ATTRIBUTE
      const elements = markedElements(this.#region, attribute, value)
      return elements
        .filter((element) => isInSight(element, this.#region))
        .map((element, at) => {
          const { x, y, width, height } = element.getBoundingClientRect()
          const box = { x: x - base.x, y: y - base.y, width, height }
          return { id: `${kind} ${value} ${at}`, kind, box, ...shownOf(kind, who) }
        })
    })
  }
}

/** Whether nobody else's caret is in its text; tabs of one person are one. */
const aloneIn = (carets: readonly FoundCaret[]): ((cursor: RemoteCursor) => boolean) => {
  const first = new Map<string, string>()
  const shared = new Set<string>()
  for (const { cursor } of carets) {
    const { key, userId } = cursor
    if ((first.get(key) ?? userId) !== userId) shared.add(key)
    first.set(key, userId)
  }
  return ({ key }) => !shared.has(key)
}

type Who = { name: string; color: string }

/** On a field there is room for a name, on a row for initials. */
const shownOf = (kind: 'field' | 'row', [first, ...rest]: readonly Who[]) => {
  const { name, color } = first ?? { name: '', color: '' }
  const more = kind === 'field' ? ` and ${rest.length} more` : ` +${rest.length}`
  const text = kind === 'field' ? name : initialsOf(name)
  return { color, text: rest.length === 0 ? text : text + more }
}

const prune = <Key>(marks: Map<Key, { close(): void }>, kept: ReadonlySet<Key>): void => {
  for (const [key, mark] of marks) {
    if (kept.has(key)) continue
    mark.close()
    marks.delete(key)
  }
}
