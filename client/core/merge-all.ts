import * as Y from 'yjs'

/** `mergeUpdates` takes more than linear time. */
export const MERGED_AT_ONCE = 50

const NOTHING = new Uint8Array([0, 0])

/** One update for many, with everything that stands in them. */
export const mergeAll = (updates: readonly Uint8Array[]): Uint8Array => {
  let merged = updates
  while (merged.length > 1) {
    const next: Uint8Array[] = []
    for (let at = 0; at < merged.length; at += MERGED_AT_ONCE) {
      next.push(Y.mergeUpdates(merged.slice(at, at + MERGED_AT_ONCE)))
    }
    merged = next
  }
  return merged[0] ?? NOTHING
}
