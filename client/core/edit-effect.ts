/**
 * What one edit did, read off the document in which it was made: values by key, letters by place.
 * What was left behind there counts as never made. So positions are those of items: what a refused
 * edit inserted or removed shifts nothing.
 */
import type { ClientId } from 'kith-shared'
import * as Y from 'yjs'
import type { ClockRanges } from './clock-ranges.js'
import { rangeOf } from './update-parts.js'

export interface Passage {
  transaction: Y.Transaction
  /** What the edit brought that was not there before. */
  fresh: ClockRanges
  /** All that it deletes, also what was deleted already. */
  deletes: ClockRanges
  /** What edits brought that are left behind. */
  left: ClockRanges
  /** What they alone deleted: it is still there for everybody else. */
  revived: ClockRanges
}

/** A root, whatever it holds. */
export type Type = Pick<Y.AbstractType<unknown>, '_map' | '_start'>

/** `unwritable`: something that a flat document never holds. */
export type KeyEffect =
  | { type: 'set'; value: unknown }
  | { type: 'delete' }
  | { type: 'none' }
  | { type: 'unwritable' }

const NONE = { type: 'none' } as const

/** What the edit made of one key, if its write is the one that holds. */
export const keyEffect = (map: Type, key: string, passage: Passage): KeyEffect => {
  const { transaction, fresh, left } = passage
  for (let item = map._map.get(key) ?? null; item !== null; item = item.left) {
    const { client, clock } = item.id
    // Yjs joins writes that follow each other into one item: the last unit is the newest.
    for (let unit = item.length - 1; unit >= 0; unit--) {
      if (left.has(client, clock + unit)) continue
      if (fresh.has(client, clock + unit)) return effectOf(item, unit)
      const isTaken = Y.isDeleted(transaction.deleteSet, Y.createID(client, clock + unit))
      return isTaken && isLast(map, key, item) ? { type: 'delete' } : NONE
    }
  }
  return NONE
}

const isLast = (map: Type, key: string, item: Y.Item): boolean => map._map.get(key) === item

const effectOf = ({ content }: Y.Item, unit: number): KeyEffect => {
  if (content instanceof Y.ContentDeleted) return NONE
  const isPlain = content instanceof Y.ContentAny || content instanceof Y.ContentString
  return isPlain ? { type: 'set', value: content.getContent()[unit] } : { type: 'unwritable' }
}

/** Each in the text as the ones before it left it. */
export type Splice = { at: number; insert: string } | { at: number; remove: number }

/** `before`: the text without the edit. `unwritable`: something that is no letter. */
export const textEffect = (
  text: Type,
  passage: Passage,
): { splices: Splice[]; before: string } | 'unwritable' => {
  const splices: Splice[] = []
  let before = ''
  let at = 0
  for (let item = text._start; item !== null; item = item.right) {
    for (const run of runsOf(item, passage)) {
      const fate = fateOf(run, passage)
      if (fate === 'absent') continue
      const letters = lettersOf(item, run)
      if (letters === undefined && fate === 'comes') return 'unwritable'
      if (fate === 'comes') splices.push({ at, insert: letters ?? '' })
      // What was deleted before it could be read still counts, whatever it was.
      else before += letters ?? UNREAD.repeat(run.end - run.start)
      if (fate === 'goes') splices.push({ at, remove: run.end - run.start })
      if (fate !== 'goes') at += run.end - run.start
    }
  }
  return { splices, before }
}

const UNREAD = '\0'

const lettersOf = ({ content, id }: Y.Item, { start, end }: Run): string | undefined =>
  content instanceof Y.ContentString
    ? content.str.slice(start - id.clock, end - id.clock)
    : undefined

interface Run {
  client: ClientId
  start: number
  end: number
  isDeleted: boolean
}

/** An item in pieces that each have one fate. */
const runsOf = (item: Y.Item, { transaction, fresh, deletes, left, revived }: Passage): Run[] => {
  const range = rangeOf(item.id, item.length)
  const inner = [fresh, deletes, left, revived].flatMap((set) => set.boundsIn(range))
  for (const { clock, len } of transaction.deleteSet.clients.get(range.client) ?? []) {
    for (const bound of [clock, clock + len]) {
      if (range.start < bound && bound < range.end) inner.push(bound)
    }
  }
  const bounds = [range.start, ...new Set(inner.sort((a, b) => a - b)), range.end]
  return bounds.slice(1).map((end, before) => ({
    client: range.client,
    start: bounds[before] ?? range.start,
    end,
    isDeleted: item.deleted,
  }))
}

const fateOf = (
  { client, start, isDeleted }: Run,
  { transaction, fresh, deletes, left, revived }: Passage,
): 'comes' | 'goes' | 'stays' | 'absent' => {
  if (left.has(client, start)) return 'absent'
  if (fresh.has(client, start)) return isDeleted ? 'absent' : 'comes'
  if (!isDeleted) return 'stays'
  if (Y.isDeleted(transaction.deleteSet, Y.createID(client, start))) return 'goes'
  if (!revived.has(client, start)) return 'absent'
  return deletes.has(client, start) ? 'goes' : 'stays'
}
