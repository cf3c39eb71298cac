import type { Edit } from './edit.js'

/** Two tabs have moved one edit, neither knowing of the other; the device was of no help. */
export interface Rivals {
  /** Theirs that count for nothing, since ours stay. */
  ignored: Edit[]
  /** Ours that give way. */
  given: { ours: Edit; theirs: Edit }[]
}

/**
 * What the device holds stays; else the one that sorts first: both tabs come to the same end.
 * `oursOf`: what this tab is to send in the place of an edit.
 */
export const rivalsOf = (
  edits: readonly Edit[],
  areKept: boolean,
  oursOf: (replaced: string) => { edit: Edit; isKept: boolean } | undefined,
): Rivals => {
  const rivals: Rivals = { ignored: [], given: [] }
  for (const theirs of edits) {
    const ours = theirs.replaces === undefined ? undefined : oursOf(theirs.replaces)
    if (ours === undefined || ours.edit.id === theirs.id) continue
    const isFirst = ours.isKept === areKept ? ours.edit.id < theirs.id : ours.isKept
    if (isFirst) rivals.ignored.push(theirs)
    else rivals.given.push({ ours: ours.edit, theirs })
  }
  return rivals
}
