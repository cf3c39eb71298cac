import type { TextElement } from '../text-element.js'
import type { Point } from './glide.js'

/** A caret's place in pixels, from the top left corner of its element's border box. */
export interface CaretBox extends Point {
  readonly height: number
  /** Scrolled out of the element's sight. */
  readonly isHidden: boolean
}

/** Everything of a style that decides where letters stand. */
const COPIED = [
  'direction',
  'font-family',
  'font-size',
  'font-style',
  'font-variant',
  'font-weight',
  'font-stretch',
  'font-kerning',
  'font-feature-settings',
  'font-variation-settings',
  'font-optical-sizing',
  'letter-spacing',
  'word-spacing',
  'line-height',
  'text-align',
  'text-indent',
  'text-transform',
  'text-rendering',
  'tab-size',
  'word-break',
  'overflow-wrap',
  'line-break',
  'hyphens',
  'padding-top',
  'padding-right',
  'padding-bottom',
  'padding-left',
  'border-top-width',
  'border-right-width',
  'border-bottom-width',
  'border-left-width',
] as const

/** Behind the last letter, so that there is always a box after the caret; it takes no room. */
const END = '\u200b'

/**
 * The text of an input or a text area laid out once more, unseen, since those don't tell where
 * their letters stand. It is laid out anew only when text, width or style have changed.
 */
export class TextMirror {
  readonly #element: TextElement
  readonly #mirror: HTMLElement
  readonly #text: Text
  #styled = ''

  constructor(element: TextElement, layer: HTMLElement) {
    this.#element = element
    const { ownerDocument } = element
    this.#mirror = ownerDocument.createElement('div')
    this.#text = ownerDocument.createTextNode(END)
    this.#mirror.append(this.#text)
    layer.append(this.#mirror)
  }

  close(): void {
    this.#mirror.remove()
  }

  /** Fonts and styles may be others from now on. */
  restyle(): void {
    this.#styled = ''
  }

  /** Where the caret before this UTF-16 unit is. Reads the layout. */
  boxAt(index: number): CaretBox {
    const element = this.#element
    this.#follow()
    const range = element.ownerDocument.createRange()
    range.setStart(this.#text, index)
    range.setEnd(this.#text, index + 1)
    const rect = range.getClientRects()[0] ?? range.getBoundingClientRect()
    const own = this.#mirror.getBoundingClientRect()
    const isRtl = this.#mirror.style.direction === 'rtl'
    const { clientLeft, clientTop, clientWidth, clientHeight, scrollLeft, scrollTop } = element
    const left = (isRtl ? rect.right : rect.left) - own.left
    const isLine = isOneLine(element)
    // Spaces at a wrapped line's end hang out of it.
    const x = isLine ? left - scrollLeft : Math.min(left, clientLeft + clientWidth - 2)
    const y = isLine ? clientTop + (clientHeight - rect.height) / 2 : rect.top - own.top - scrollTop
    const isHidden =
      x < clientLeft - 1 ||
      x > clientLeft + clientWidth + 1 ||
      y < clientTop - rect.height / 2 ||
      y > clientTop + clientHeight - rect.height / 2
    return { x, y, height: rect.height, isHidden }
  }

  #follow(): void {
    const { value, clientWidth, offsetWidth, clientLeft } = this.#element
    // A scroll bar takes of the room for letters.
    const scrollbar = Math.max(0, offsetWidth - clientWidth - 2 * clientLeft)
    const width = `${offsetWidth - scrollbar}px`
    if (this.#styled !== width) {
      this.#styled = width
      this.#mirror.style.cssText = styleFor(this.#element, width)
    }
    if (this.#text.data !== value + END) this.#text.data = value + END
  }
}

const isOneLine = (element: TextElement): boolean => element.tagName === 'INPUT'

const styleFor = (element: TextElement, width: string): string => {
  const style = getComputedStyle(element)
  const copied = COPIED.map((name) => `${name}:${style.getPropertyValue(name)}`)
  const wrap = isOneLine(element) ? 'pre' : 'pre-wrap'
  return [
    ...copied,
    `width:${width}`,
    `white-space:${wrap}`,
    'box-sizing:border-box;position:absolute;top:0;left:0;height:0;overflow:hidden',
    'border-style:solid;margin:0;visibility:hidden;pointer-events:none;contain:layout style paint',
  ].join(';')
}
