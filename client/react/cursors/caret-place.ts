import { aboutRoot, isContactId } from 'kith-shared'
import * as Y from 'yjs'
import { movedBy, spliceOf } from '../splice.js'
import type { RemoteCursor } from './remote-cursors.js'

/** Where a caret was last known to be: before which letter of which text. */
export interface CaretPlace {
  readonly version: string
  readonly text: string
  readonly index: number
}

/**
 * Where a caret is in the text that an element shows here.
 *
 * 1. What its sender says counts as soon as it can be understood: presence overtakes commits, so it
 *    may speak of letters that are not here yet.
 * 2. Until then, and after others have changed the text, it stays on its letters.
 */
export const placeCaret = (
  cursor: RemoteCursor,
  text: string,
  doc: Y.Doc,
  before: CaretPlace | undefined,
): CaretPlace => {
  const said = indexSaid(cursor, text, doc)
  if (said !== undefined && (before?.version !== cursor.version || isExact(cursor))) {
    return { version: cursor.version, text, index: Math.min(said, text.length) }
  }
  if (before === undefined) return { version: '', text, index: fallback(cursor, text) }
  if (before.text === text) return before
  return { ...before, text, index: movedBy([spliceOf(before.text, text)])(before.index) }
}

/** A position of Yjs is right in every text that has its letters. */
const isExact = ({ at }: RemoteCursor): boolean => at.type === 'letters'

const fallback = ({ at }: RemoteCursor, text: string): number =>
  at.type === 'index' ? Math.min(at.head, text.length) : text.length

const indexSaid = ({ at }: RemoteCursor, text: string, doc: Y.Doc): number | undefined => {
  if (at.type === 'letters') return indexOfLetters(at, doc)
  return at.length === undefined || at.length === text.length ? at.head : undefined
}

const indexOfLetters = (
  { contactId, head }: { contactId: string; head: unknown },
  doc: Y.Doc,
): number | undefined => {
  // Yjs makes a root that it is asked for: nobody else's word may make one here.
  const root = isContactId(contactId) ? aboutRoot(contactId) : undefined
  if (root === undefined || !doc.share.has(root)) return undefined
  try {
    const place = Y.createAbsolutePositionFromRelativePosition(
      Y.createRelativePositionFromJSON(head),
      doc,
    )
    return place?.type === doc.getText(root) ? place.index : undefined
  } catch {
    // Whatever somebody's client put there.
    return undefined
  }
}
