import type * as Y from 'yjs'
import { type CaretPlace, placeCaret } from './caret-place.js'
import { glide, isLabelShown, isSamePoint, LABEL_STANDS, type Point } from './glide.js'
import type { RemoteCursor } from './remote-cursors.js'
import type { CaretBox } from './text-mirror.js'

/** One caret on the screen. It moves by its own transform: React knows nothing of it. */
export class CaretMark {
  readonly #mark: HTMLElement
  readonly #label: HTMLElement
  #place: CaretPlace | undefined
  #version: string | undefined
  /** From the top left corner of the text's element, so that what scrolls takes it along at once. */
  #at: Point | undefined
  #to: Point = { x: 0, y: 0 }
  #origin: Point = { x: 0, y: 0 }
  #movedAt = Number.NEGATIVE_INFINITY
  #fading: ReturnType<typeof setTimeout> | undefined

  constructor(layer: HTMLElement) {
    this.#mark = layer.ownerDocument.createElement('div')
    this.#mark.className = 'kith-caret'
    this.#mark.dataset.part = 'caret'
    this.#mark.style.cssText = 'position:absolute;top:0;left:0;z-index:1;will-change:transform'
    this.#label = layer.ownerDocument.createElement('span')
    this.#label.className = 'kith-caret-label'
    this.#label.dataset.part = 'caret-label'
    this.#mark.append(this.#label)
    layer.append(this.#mark)
  }

  close(): void {
    clearTimeout(this.#fading)
    this.#mark.remove()
  }

  /** Before which letter it is in the text that is shown here. */
  indexIn(cursor: RemoteCursor, text: string, doc: Y.Doc): number {
    this.#place = placeCaret(cursor, text, doc, this.#place)
    return this.#place.index
  }

  /** `origin` is the element's top left corner in the layer. It glides there, or jumps. */
  show(cursor: RemoteCursor, box: CaretBox, origin: Point, jumps: boolean, now: number): void {
    this.#origin = origin
    this.#to = { x: box.x, y: box.y }
    if (jumps || this.#at === undefined) this.#at = this.#to
    if (cursor.version !== this.#version) this.#raiseLabel(now)
    this.#version = cursor.version
    const { style, dataset } = this.#mark
    dataset.client = String(cursor.clientId)
    dataset.field = cursor.key
    style.height = `${box.height}px`
    style.setProperty('--kith-color', cursor.color)
    style.visibility = box.isHidden ? 'hidden' : 'visible'
    if (this.#label.textContent !== cursor.name) this.#label.textContent = cursor.name
    // At the upper edge the name would be cut off, or lie on what is above.
    dataset.side = origin.y + box.y < box.height ? 'below' : 'above'
    this.#write()
  }

  /** Nobody else's caret is in the text: an app that names who is in a field needs no name here. */
  tellAlone(isAlone: boolean): void {
    if (isAlone) this.#mark.dataset.alone = ''
    else delete this.#mark.dataset.alone
  }

  /** Goes on with its way; whether it is there. */
  step(elapsed: number): boolean {
    const at = this.#at
    if (at === undefined || isSamePoint(at, this.#to)) return true
    this.#at = glide(at, this.#to, elapsed)
    this.#write()
    return isSamePoint(this.#at, this.#to)
  }

  #write(): void {
    const { x, y } = this.#at ?? this.#to
    const place = `translate(${this.#origin.x + x}px, ${this.#origin.y + y}px)`
    if (this.#mark.style.transform !== place) this.#mark.style.transform = place
  }

  #raiseLabel(now: number): void {
    this.#movedAt = now
    this.#label.style.opacity = '1'
    clearTimeout(this.#fading)
    this.#fading = setTimeout(() => {
      if (!isLabelShown(this.#movedAt, performance.now())) this.#label.style.opacity = '0'
    }, LABEL_STANDS + 1)
  }
}
