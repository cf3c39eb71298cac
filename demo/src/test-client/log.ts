/** Entries kept; older ones go, so that a busy workspace does not fill the page. */
const MAX_ENTRIES = 500

export type Direction = 'sent' | 'received' | 'state'

const SIGNS: Record<Direction, string> = { sent: '↑', received: '↓', state: '•' }
const WORDS: Record<Direction, string> = { sent: 'sent', received: 'received', state: '' }

export interface Log {
  add(direction: Direction, kind: string, details: string, bytes?: number): void
  clear(): void
}

/** Writes to an `<ol>`, newest last, and stays at the end unless somebody scrolled up. */
export const createLog = (list: HTMLElement): Log => ({
  add: (direction, kind, details, bytes) => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    list.append(entryOf(direction, kind, details, bytes))
    while (list.childElementCount > MAX_ENTRIES) list.firstElementChild?.remove()
    if (atEnd) list.scrollTop = list.scrollHeight
  },
  clear: () => list.replaceChildren(),
})

const entryOf = (direction: Direction, kind: string, details: string, bytes?: number) => {
  const entry = document.createElement('li')
  entry.dataset.direction = direction
  entry.dataset.kind = kind
  const sign = span('sign', SIGNS[direction])
  sign.title = WORDS[direction]
  const length = bytes === undefined ? '' : `${bytes.toLocaleString('en')} B`
  entry.append(span('time', timeOf(new Date())), sign, span('kind', kind), span('bytes', length))
  entry.append(span('details', details))
  return entry
}

const timeOf = (date: Date): string =>
  `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`

const span = (className: string, text: string): HTMLSpanElement => {
  const element = document.createElement('span')
  element.className = className
  element.textContent = text
  return element
}
