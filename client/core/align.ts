import type { Splice } from './edit-effect.js'

/**
 * Places splices of one text on another: the same where both are equal, which they mostly are. They
 * differ after a restore or a purge, and where an edit came late and not all that moved before it is
 * known. Then what is before and behind all differences keeps its distance from that end; what lies
 * among them comes behind the letters that it came behind, and takes away only what it took away.
 */
export const align = (splices: readonly Splice[], before: string, now: string): Splice[] => {
  const [was, is] = [readable(before), readable(now)]
  if (was === is) return [...splices]
  const place = placing(was, is)
  const placed: Splice[] = []
  /** By how much the splices so far have moved what is behind them. */
  let moved = 0
  for (const splice of splices) {
    const from = splice.at - moved
    if ('insert' in splice) {
      placed.push({ at: place.behind(from), insert: splice.insert })
      moved += splice.insert.length
    } else {
      placed.push(...place.removed(from, from + splice.remove))
      moved -= splice.remove
    }
  }
  return inTurn(placed)
}

/** From places in one and the same text to places in what the ones before leave of it. */
const inTurn = (placed: readonly Splice[]): Splice[] => {
  let moved = 0
  let until = 0
  return [...placed]
    .sort((a, b) => a.at - b.at)
    .flatMap((splice): Splice[] => {
      // Of what two take away, the second finds the rest.
      const from = 'insert' in splice ? splice.at : Math.max(splice.at, until)
      if ('insert' in splice) {
        const at = Math.max(from, until) + moved
        moved += splice.insert.length
        return [{ at, insert: splice.insert }]
      }
      const remove = splice.at + splice.remove - from
      if (remove <= 0) return []
      until = from + remove
      const at = from + moved
      moved -= remove
      return [{ at, remove }]
    })
}

/** So many letters tell a place. */
const CONTEXT = 24

const placing = (was: string, is: string) => {
  const start = commonStart(was, is)
  const end = was.length - commonEnd(was, is, start)
  const shift = is.length - was.length
  const behind = (from: number): number => {
    if (from <= start) return from
    for (let length = Math.min(CONTEXT, from); length > 0; length--) {
      const found = nearest(is, was.slice(from - length, from), from - length)
      if (found !== undefined) return found + length
    }
    return Math.max(from, end) + shift
  }
  const removed = (from: number, to: number): Splice[] => {
    if (to <= start) return [{ at: from, remove: to - from }]
    if (from >= end) return [{ at: from + shift, remove: to - from }]
    const at = nearest(is, was.slice(from, to), behind(from))
    return at === undefined ? [] : [{ at, remove: to - from }]
  }
  return { behind: (from: number) => (from > end ? from + shift : behind(from)), removed }
}

/** Where in a text these letters stand, nearest to a place. */
const nearest = (text: string, letters: string, to: number): number | undefined => {
  let best: number | undefined
  for (let at = text.indexOf(letters); at >= 0; at = text.indexOf(letters, at + 1)) {
    if (best === undefined || Math.abs(at - to) < Math.abs(best - to)) best = at
  }
  return best
}

/** Yjs leaves two marks where it cuts a character of two units, on one side or on both. */
const readable = (text: string): string => text.replace(/[\ud800-\udfff]/g, '\ufffd')

const commonStart = (a: string, b: string): number => {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

/** Not into what is common at the start. */
const commonEnd = (a: string, b: string, start: number): number => {
  const most = Math.min(a.length, b.length) - start
  let length = 0
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length++
  return length
}
