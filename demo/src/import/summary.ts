import type { Remark } from './parsed-contacts.js'

/** "1,000 contacts imported, 2 skipped: line 14 has no name". */
export const summaryText = (imported: number, skipped: readonly Remark[]): string => {
  const contacts = imported === 1 ? '1 contact' : `${imported.toLocaleString('en')} contacts`
  const [first] = skipped
  if (!first) return `${contacts} imported`
  const more = skipped.length > 1 ? ' and more' : ''
  return `${contacts} imported, ${skipped.length.toLocaleString('en')} skipped: ${remarkText(first)}${more}`
}

export const remarkText = ({ line, reason }: Remark): string =>
  `line ${line.toLocaleString('en')} ${reason}`
