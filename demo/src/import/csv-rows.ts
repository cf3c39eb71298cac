import Papa from 'papaparse'
import type { Remark } from './parsed-contacts.js'

export interface CsvRow {
  /** From 1; a cell may go over several. */
  line: number
  cells: string[]
}

export interface CsvOptions {
  /** '' looks at the text. */
  separator: string
  /** What ends a row, where that is known. */
  newline?: '\r\n' | '\n' | '\r'
  /** Given what is odd about the file; its rows are read all the same. */
  onRemark?: (remark: Remark) => void
}

/** Reads rows that are not empty, until `onRow` says `false`. Gives the separator. */
export const readRows = (
  text: string,
  { separator, newline, onRemark }: CsvOptions,
  onRow: (row: CsvRow) => boolean,
): string => {
  const source = bodyOf(text)
  let line = 1
  let position = 0
  let used = separator
  Papa.parse<string[]>(source, {
    delimiter: separator,
    ...(newline === undefined ? {} : { newline }),
    skipEmptyLines: false,
    step: ({ data, errors, meta }, parser) => {
      const startsAt = line
      line += countLines(source, position, meta.cursor)
      position = meta.cursor
      used = meta.delimiter
      for (const { code } of errors) {
        const reason = code === 'MissingQuotes' ? OPEN_QUOTE : code === 'InvalidQuotes' ? LOOSE : ''
        if (reason !== '') onRemark?.({ line: startsAt, reason })
      }
      if (data.every((cell) => cell.trim() === '')) return
      if (!onRow({ line: startsAt, cells: data })) parser.abort()
    },
  })
  return used
}

/** Without empty lines at its end, which would count as rows of one cell where separators are guessed. */
const bodyOf = (text: string): string => {
  let end = text.length
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--
  return text.slice(text.startsWith('\uFEFF') ? 1 : 0, end)
}

const OPEN_QUOTE = 'opens a quote that never closes: all after it was read as one value'
const LOOSE = 'has a quote in the middle of a value: look whether it was read well'

const countLines = (text: string, from: number, to: number): number => {
  let lines = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    // CR alone ends a line too, CR LF ends one, not two.
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lines++
  }
  return lines
}
