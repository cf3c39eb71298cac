import type { RefusedChange } from 'kith-client'
import * as Y from 'yjs'

/** A refused change to paste elsewhere: what it was about, then the values that it holds. */
export const refusedText = (names: readonly string[], change: RefusedChange): string =>
  [`${names.join(', ')} (${reasonWords(change)})`, ...valuesIn(change.update)].join('\n')

export const reasonWords = ({ reason, blockedBy }: RefusedChange): string =>
  blockedBy === undefined ? OWN_WORDS[reason] : 'belongs to a refused change'

const UNREADABLE = 'it could not be read'

const OWN_WORDS: Readonly<Record<RefusedChange['reason'], string>> = {
  'too-large': 'it is too large',
  broken: UNREADABLE,
  'client-twice': UNREADABLE,
  'not-flat': 'a kind of content that is not kept here',
  'bad-value': 'a value too large, or of a kind that is not kept here',
  'bad-clock': UNREADABLE,
  'bad-deletes': UNREADABLE,
  'foreign-client': 'it looked like somebody else’s',
  gap: 'it builds on something that is missing',
  circular: UNREADABLE,
  'unknown-root': 'there is no place for it here',
  misplaced: 'there is no place for it here',
  'written-once': 'it would replace what is written only once',
  'too-heavy': 'it would make the workspace slow',
  'read-only': 'viewers can’t change anything',
  quota: 'the workspace is full',
  'older-epoch': 'it was made so long ago that the server no longer knows what it was made on',
}

/** One line each, in the order they were written. An overwrite doesn't say which field it was. */
const valuesIn = (update: Uint8Array): string[] => {
  try {
    return Y.decodeUpdate(update).structs.flatMap((struct) =>
      struct instanceof Y.Item ? linesOf(struct.content) : [],
    )
  } catch {
    // What the server refused may be broken: the names are all there is to tell then.
    return []
  }
}

const linesOf = (content: Y.Item['content']): string[] => {
  if (content instanceof Y.ContentString) return [content.str]
  if (content instanceof Y.ContentAny) return content.arr.flatMap((value) => valueLines(value))
  return []
}

/** Texts as they are; of a record, what stands in it. */
const valueLines = (value: unknown): string[] => {
  if (value === null || value === undefined || value === '') return []
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object') return [String(value)]
  return Object.entries(value).flatMap(([key, part]) =>
    valueLines(part).map((line) => (Array.isArray(value) ? line : `${key}: ${line}`)),
  )
}
