import type { Splice } from './edit-effect.js'

/**
 * Places splices of one text on another: the same where both are equal, which they are but after a
 * restore or a purge. Else what differs counts as one passage: what was inserted in it comes behind
 * what stands there now, and what was removed of it is not there to be removed.
 */
export const align = (splices: readonly Splice[], before: string, now: string): Splice[] => {
  const [was, is] = [readable(before), readable(now)]
  if (was === is) return [...splices]
  const start = commonStart(was, is)
  const tail = commonEnd(was, is, start)
  const end = before.length - tail
  const shift = now.length - before.length
  const placed: Splice[] = []
  /** By how much the splices so far have moved what is behind them, there and here. */
  let there = 0
  let here = 0
  const remove = (from: number, to: number, by: number): void => {
    if (from >= to) return
    placed.push({ at: from + by + here, remove: to - from })
    here -= to - from
  }
  for (const splice of splices) {
    const from = splice.at - there
    if ('insert' in splice) {
      const at = from < start ? from : Math.max(from, end) + shift
      placed.push({ at: at + here, insert: splice.insert })
      there += splice.insert.length
      here += splice.insert.length
    } else {
      const to = from + splice.remove
      remove(from, Math.min(to, start), 0)
      remove(Math.max(from, end), to, shift)
      there -= splice.remove
    }
  }
  return placed
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
