/**
 * From the text of a .vcf file to the lines of single cards. vCard 2.1, which old phones still
 * export, differs in its lines only: bare types (`TEL;HOME:`) and quoted-printable values.
 */
export interface CardText {
  /** Line of `BEGIN:VCARD` in the file, from 1. */
  line: number
  /** Unfolded, without BEGIN and END. */
  lines: string[]
  /** Whether its `END:VCARD` was there. */
  complete: boolean
}

const BEGIN = /^BEGIN:VCARD\s*$/i
const END = /^END:VCARD\s*$/i

/**
 * Cuts the file at BEGIN and END, so that a broken card costs only itself; `onCard` says whether it
 * goes on.
 */
export const splitCards = (
  text: string,
  onCard: (card: CardText) => boolean,
): { strayLine: number | undefined } => {
  let strayLine: number | undefined
  let open: { line: number; lines: LongLine[] } | undefined
  const finish = (complete: boolean): boolean => {
    const card = open && { line: open.line, lines: open.lines.map(wholeLine), complete }
    open = undefined
    return card === undefined || onCard(card)
  }
  let number = 0
  for (const content of linesOf(text)) {
    number++
    if (BEGIN.test(content)) {
      if (!finish(false)) return { strayLine }
      open = { line: number, lines: [] }
    } else if (!open) {
      if (content.trim() !== '') strayLine ??= number
    } else if (END.test(content)) {
      if (!finish(true)) return { strayLine }
    } else addLine(open.lines, content)
  }
  finish(false)
  return { strayLine }
}

/** One at a time: a file's millions of lines need not all be there at once. */
const linesOf = function* (text: string): Generator<string> {
  const end = /\r\n|\r|\n/g
  end.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  let from = end.lastIndex
  for (let found = end.exec(text); found !== null; found = end.exec(text)) {
    yield text.slice(from, found.index)
    from = end.lastIndex
  }
  if (from < text.length) yield text.slice(from)
}

/** In pieces until it ends: to join them one by one would take time by the square of their number. */
interface LongLine {
  pieces: string[]
  isQuotedPrintable: boolean
  /** Pictures, sounds and keys: that one was there is all that is kept of it. */
  isEmbedded: boolean
}

const addLine = (lines: LongLine[], content: string): void => {
  const last = lines.at(-1)
  if (last && /^[ \t]/.test(content)) {
    if (!last.isEmbedded) last.pieces.push(content.slice(1))
    return
  }
  const piece = last?.pieces.at(-1) ?? ''
  if (last?.isQuotedPrintable && piece.endsWith('=')) {
    last.pieces[last.pieces.length - 1] = piece.slice(0, -1)
    last.pieces.push(content)
    return
  }
  if (content.trim() === '') return
  const head = content.slice(0, 1_000)
  const isEmbedded = EMBEDDED.test(head)
  lines.push({
    pieces: [isEmbedded ? head.slice(0, head.indexOf(':') + 1) : content],
    isQuotedPrintable: QUOTED_PRINTABLE.test(head),
    isEmbedded,
  })
}

const wholeLine = ({ pieces }: LongLine): string => pieces.join('')

/** Megabytes that no contact here holds. */
const EMBEDDED =
  /^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|AGENT)(?:;[^:]*)?(?:BASE64|ENCODING=B)[^:]*:|^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[^:]*:data:/i

const QUOTED_PRINTABLE = /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i
