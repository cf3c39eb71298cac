import { hexDump } from './hex.js'

/** Entries kept; older ones go, so that a busy workspace does not fill the page. */
const MAX_ENTRIES = 500

export type Direction = 'sent' | 'received' | 'state'

/** In words: an arrow says nothing to a screen reader. */
const SIGNS: Record<Direction, string> = { sent: 'out', received: 'in', state: '·' }

export interface LogEntry {
  /** Milliseconds since 1970. */
  at: number
  direction: Direction
  kind: string
  details: string
  bytes: Uint8Array | undefined
}

export interface Log {
  add(direction: Direction, kind: string, details: string, bytes?: Uint8Array): void
  /** As JSON lines, the oldest first: for a report. */
  text(): string
  clear(): void
}

/** Writes to an `<ol>`, newest last, and stays at the end unless somebody scrolled up. */
export const createLog = (list: HTMLElement): Log => {
  let entries: LogEntry[] = []
  return {
    add: (direction, kind, details, bytes) => {
      const entry = { at: Date.now(), direction, kind, details, bytes }
      entries = [...entries.slice(1 - MAX_ENTRIES), entry]
      const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
      list.append(lineOf(entry))
      while (list.childElementCount > MAX_ENTRIES) list.firstElementChild?.remove()
      if (atEnd) list.scrollTop = list.scrollHeight
    },
    text: () => entries.map((entry) => `${JSON.stringify(exported(entry))}\n`).join(''),
    clear: () => {
      entries = []
      list.replaceChildren()
    },
  }
}

const exported = ({ at, direction, kind, details, bytes }: LogEntry) => ({
  at: new Date(at).toISOString(),
  direction,
  kind,
  details,
  ...(bytes && { size: bytes.length, hex: hexDump(bytes) }),
})

const lineOf = ({ at, direction, kind, details, bytes }: LogEntry): HTMLLIElement => {
  const line = document.createElement('li')
  line.dataset.direction = direction
  line.dataset.kind = kind
  const sign = span('sign', SIGNS[direction])
  const length = bytes === undefined ? '' : `${bytes.length.toLocaleString('en')} B`
  line.append(span('time', timeOf(new Date(at))), sign, span('kind', kind), span('bytes', length))
  line.append(span('details', details))
  if (bytes && bytes.length > 0) line.append(hexOf(bytes))
  return line
}

/** Written out when somebody opens it: a busy workspace has thousands of frames. */
const hexOf = (bytes: Uint8Array): HTMLDetailsElement => {
  const hex = document.createElement('details')
  const summary = document.createElement('summary')
  summary.textContent = 'hex'
  const dump = document.createElement('pre')
  hex.append(summary, dump)
  hex.ontoggle = () => {
    if (hex.open) dump.textContent = hexDump(bytes)
  }
  return hex
}

const timeOf = (date: Date): string =>
  `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`

const span = (className: string, text: string): HTMLSpanElement => {
  const element = document.createElement('span')
  element.className = className
  element.textContent = text
  return element
}
