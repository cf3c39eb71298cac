import * as Y from 'yjs'
import type { ContactId } from '../ids.js'
import { aboutContactId, aboutRoot } from './roots.js'

/** The long free text of a contact; bind editors to it. */
export const aboutText = (doc: Y.Doc, contactId: ContactId): Y.Text =>
  doc.getText(aboutRoot(contactId))

type AnyType = Y.AbstractType<unknown>

/**
 * Which contact a changed type is the text of. Yjs knows a root's name only by a search through
 * all roots; this remembers, and searches once in a transaction that brings unknown ones.
 */
export class AboutRoots {
  readonly #contactIds = new WeakMap<object, ContactId | null>()

  /** The texts among the types that this transaction changed. */
  changed(transaction: Y.Transaction): { contactId: ContactId; text: AnyType }[] {
    const texts: { contactId: ContactId; text: AnyType }[] = []
    for (const type of transaction.changed.keys()) {
      if (!this.#contactIds.has(type)) {
        this.#search(transaction.doc)
        // A nested type is no root: looked for once, not in each transaction.
        if (!this.#contactIds.has(type)) this.#contactIds.set(type, null)
      }
      const contactId = this.#contactIds.get(type)
      if (contactId) texts.push({ contactId, text: type as unknown as AnyType }) // as any Y type
    }
    return texts
  }

  #search(doc: Y.Doc): void {
    for (const [root, type] of doc.share) {
      this.#contactIds.set(type, aboutContactId(root) ?? null)
    }
  }
}

/**
 * The text before and after a transaction, from its items in one pass. Only inside the
 * transaction's observers: afterwards Yjs frees what was deleted.
 */
export const textBeforeAndAfter = (
  text: AnyType,
  transaction: Y.Transaction,
): { before: string; after: string } => {
  let before = ''
  let after = ''
  for (let item = text._start; item !== null; item = item.right) {
    if (!(item.content instanceof Y.ContentString)) continue
    const { client, clock } = item.id
    const isNew = clock >= (transaction.beforeState.get(client) ?? 0)
    if (!item.deleted) after += item.content.str
    if (!isNew && (!item.deleted || Y.isDeleted(transaction.deleteSet, item.id))) {
      before += item.content.str
    }
  }
  return { before, after }
}

/** The texts that two documents don't have in common. */
export const aboutsThatDiffer = (
  a: Y.Doc,
  b: Y.Doc,
): { contactId: ContactId; before: string; after: string }[] =>
  [...new Set([...a.share.keys(), ...b.share.keys()])].flatMap((root) => {
    const contactId = aboutContactId(root)
    if (contactId === undefined) return []
    const [before, after] = [textIn(a, root), textIn(b, root)]
    return before === after ? [] : [{ contactId, before, after }]
  })

const textIn = (doc: Y.Doc, root: string): string =>
  doc.share.has(root) ? doc.getText(root).toString() : ''
