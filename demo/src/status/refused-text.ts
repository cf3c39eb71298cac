import type { RefusedChange } from 'kith-client'
import * as Y from 'yjs'

/** A refused change to paste elsewhere: what it was about, then the values that it holds. */
export const refusedText = (names: readonly string[], change: RefusedChange): string =>
  [`${names.join(', ')} (${reasonWords(change)})`, ...valuesIn(change.update)].join('\n')

export const reasonWords = ({ reason, blockedBy }: RefusedChange): string =>
  blockedBy === undefined ? ownWords(reason) : 'belongs to a refused change'

const ownWords = (reason: RefusedChange['reason']): string =>
  reason === 'quota' ? 'the workspace is full' : reason

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
