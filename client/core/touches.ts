import { aboutContactId, CONTACTS, FIELDS, NOTES, parseKey } from 'kith-shared'
import type * as Y from 'yjs'

/**
 * The distinct things that a transaction changed, as a person would count them: a contact's
 * creation, each of its fields, entries and tags, its long text, and each note as a whole.
 */
export const touchesOf = (transaction: Y.Transaction): string[] => {
  const { doc } = transaction
  const touches = new Set<string>()
  const notes = doc.getMap(NOTES)
  for (const [type, keys] of transaction.changed) {
    const root = rootName(doc, type)
    if (root === undefined) continue
    if (aboutContactId(root) !== undefined) touches.add(root)
    if (root !== CONTACTS && root !== FIELDS && root !== NOTES) continue
    for (const key of keys) {
      if (key === null) continue
      const id = root === FIELDS ? parseKey(key)?.id : undefined
      touches.add(id !== undefined && notes.has(id) ? id : key)
    }
  }
  return [...touches]
}

/** Yjs keeps a root's name only as a key. The three maps are the ones asked for most. */
const rootName = (doc: Y.Doc, type: unknown): string | undefined => {
  for (const name of [FIELDS, CONTACTS, NOTES]) {
    if (doc.share.get(name) === type) return name
  }
  for (const [name, root] of doc.share) if (root === type) return name
  return undefined
}
