/**
 * From the text of a .vcf file to single cards that ical.js reads. vCard 2.1, which old phones
 * still export, differs in its lines only: bare types (`TEL;HOME:`) and quoted-printable values.
 */
export interface CardText {
  /** Line of `BEGIN:VCARD` in the file, from 1. */
  line: number
  text: string
  /** Whether its `END:VCARD` was there. */
  complete: boolean
}

const BEGIN = /^BEGIN:VCARD\s*$/i
const END = /^END:VCARD\s*$/i

/** Cuts the file at BEGIN and END, so that a broken card costs only itself. */
export const splitCards = (text: string): { cards: CardText[]; strayLines: number[] } => {
  const cards: CardText[] = []
  const strayLines: number[] = []
  let open: { line: number; lines: string[] } | undefined
  const finish = (complete: boolean): void => {
    if (open) cards.push({ line: open.line, text: cardText(open.lines), complete })
    open = undefined
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  lines.forEach((content, index) => {
    if (BEGIN.test(content)) {
      finish(false)
      open = { line: index + 1, lines: [content] }
    } else if (open) {
      open.lines.push(content)
      if (END.test(content)) finish(true)
    } else if (content.trim() !== '') strayLines.push(index + 1)
  })
  finish(false)
  return { cards, strayLines }
}

const cardText = (lines: readonly string[]): string => {
  const unfolded: string[] = []
  for (const line of lines) {
    const last = unfolded.length - 1
    const before = unfolded[last]
    if (before === undefined) unfolded.push(line)
    else if (/^[ \t]/.test(line)) unfolded[last] = before + line.slice(1)
    else if (isQuotedPrintable(before) && before.endsWith('=')) {
      unfolded[last] = before.slice(0, -1) + line
    } else if (line.trim() !== '') unfolded.push(line)
  }
  return unfolded
    .filter((line) => !IGNORED.test(line))
    .map(modernLine)
    .join('\r\n')
}

/** Embedded pictures, sounds and keys: megabytes that no contact here holds. */
const IGNORED =
  /^(?:[\w-]+\.)?(?:LOGO|SOUND|KEY|AGENT)[;:]|^(?:[\w-]+\.)?PHOTO[;:].*?(?:BASE64|ENCODING=B[;:])/i

const isQuotedPrintable = (line: string): boolean =>
  /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i.test(line)

const BARE_ENCODING = /^(?:QUOTED-PRINTABLE|BASE64|8BIT|7BIT)$/i

const modernLine = (line: string): string => {
  const colon = colonOf(line)
  if (colon < 0) return line
  const [name = '', ...parameters] = splitParameters(line.slice(0, colon))
  const kept = parameters.flatMap((parameter) => {
    if (/^(?:ENCODING|CHARSET)=/i.test(parameter) || BARE_ENCODING.test(parameter)) return []
    return parameter.includes('=') ? [parameter] : [`TYPE=${parameter}`]
  })
  const value = line.slice(colon + 1)
  const decoded = isQuotedPrintable(line) ? decodeQuotedPrintable(value, charsetOf(line)) : value
  return `${[name, ...kept].join(';')}:${decoded}`
}

/** The colon that ends the parameters: the first one outside of quotes. */
const colonOf = (line: string): number => {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted
    else if (line[at] === ':' && !quoted) return at
  }
  return -1
}

const splitParameters = (head: string): string[] => head.match(/(?:"[^"]*"|[^;"])+/g) ?? []

const charsetOf = (line: string): string => /;CHARSET="?([\w-]+)/i.exec(line)?.[1] ?? 'utf-8'

/** Line breaks come out escaped, as vCard 3.0 writes them. */
const decodeQuotedPrintable = (value: string, charset: string): string => {
  const bytes: number[] = []
  for (const part of value.match(/=[0-9A-Fa-f]{2}|./gsu) ?? []) {
    const isByte = part.length === 3 && part.startsWith('=')
    if (isByte) bytes.push(Number.parseInt(part.slice(1), 16))
    else bytes.push(...new TextEncoder().encode(part))
  }
  return decoderOf(charset)
    .decode(Uint8Array.from(bytes))
    .replace(/\r\n?|\n/g, '\\n')
}

const decoderOf = (charset: string): TextDecoder => {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
