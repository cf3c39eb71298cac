/** One change of a text: at `at`, `remove` code units go and `insert` comes. */
export interface Splice {
  at: number
  remove: number
  insert: string
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/**
 * The smallest splice that turns `before` into `after`. `caret` (in `after`, behind what was typed)
 * decides where letters repeat: a second "a" typed before the first is inserted there. Never cuts a
 * surrogate pair, half of which Yjs would turn into U+FFFD.
 */
export const spliceOf = (before: string, after: string, caret = after.length): Splice => {
  const shorter = Math.min(before.length, after.length)
  const behind = Math.min(shorter, Math.max(0, after.length - caret))
  let tail = 0
  while (tail < behind && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  let head = 0
  while (head < shorter - tail && before[head] === after[head]) head++
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  if (head > 0 && isHighSurrogate(before.charCodeAt(head - 1))) head--
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail--
  return {
    at: head,
    remove: before.length - tail - head,
    insert: after.slice(head, after.length - tail),
  }
}

/**
 * Where a position goes when `splice` happens elsewhere. Right where something is inserted it stays
 * before it, so that others' letters never push my caret along; the begin of a selection goes
 * behind it, so that it never takes in others' letters.
 */
const moved = (position: number, { at, remove, insert }: Splice, isBegin: boolean): number => {
  if (position < at || (position === at && !(isBegin && remove === 0))) return position
  if (position >= at + remove) return position - remove + insert.length
  return Math.min(position, at + insert.length)
}

/** Where a position goes when all of these happen elsewhere, one after the other. */
export const movedBy =
  (splices: readonly Splice[]) =>
  (position: number, isBegin = false): number =>
    splices.reduce((place, splice) => moved(place, splice, isBegin), position)
