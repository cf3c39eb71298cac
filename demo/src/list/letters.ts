import type { ContactId } from 'kith-shared'

/** The order that the list has by name. */
const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/** What stands beside the list, from top to bottom; `#` for what comes before every letter. */
export const LETTERS = ['#', ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] as const

/** Where the names of a letter begin, in ids sorted by name; the end where nothing comes after. */
export const startOf = (
  letter: string,
  ids: readonly ContactId[],
  nameOf: (id: ContactId) => string,
): number => {
  if (letter === '#') return 0
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    const id = ids[middle]
    const name = id === undefined ? '' : nameOf(id)
    // Who has no name comes last.
    if (name !== '' && collator.compare(name, letter) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The letter at this height of a column of them; `share` from 0 at its top to 1 at its foot. */
export const letterAt = (share: number): string => {
  const at = Math.floor(share * LETTERS.length)
  return LETTERS[Math.min(Math.max(at, 0), LETTERS.length - 1)] ?? '#'
}
