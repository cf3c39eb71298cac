import {
  aboutContactId,
  CONTACTS,
  FIELDS,
  isCreation,
  NOTES,
  parseKey,
  rootKind,
  sameJson,
} from 'kith-shared'
import type * as Y from 'yjs'
import { align } from './align.js'
import { keyEffect, type Passage, type Splice, type Type, textEffect } from './edit-effect.js'

/** What became of an edit; neither an update nor anything aside where it makes no difference. */
export interface Rewritten {
  update: Uint8Array | undefined
  /** What of it means nothing any more, or can't be written. */
  aside: { touches: readonly string[] | 'all'; blockedBy: string | undefined } | undefined
  /** Of what it takes away something is not here. */
  lacks?: true
}

/** Writes what an edit did on another document, by the rules of `rebase.ts`. */
export class Rewriter {
  readonly #target: Y.Doc
  /** Records that refused edits would have created: which edit; or that are no more: `undefined`. */
  readonly #missing: Map<string, string | undefined>

  /** `gone`: records that the edits were made on, and that the target has not. */
  constructor(target: Y.Doc, gone: Iterable<string>) {
    this.#target = target
    this.#missing = new Map(Array.from(gone, (id) => [id, undefined]))
  }

  /** A refused edit passes: what it would have created is noted. */
  leave(editId: string, { transaction }: Passage): void {
    for (const [type, keys] of changedIn(transaction)) {
      const root = rootOf(transaction.doc, type)
      if (root !== CONTACTS && root !== NOTES) continue
      for (const key of keys) if (key !== null) this.#missing.set(key, editId)
    }
  }

  /** `scope`: where to look for what the edit did. */
  write(passage: Passage, scope: 'changed' | 'all-texts'): Rewritten {
    const updates: Uint8Array[] = []
    const take = (update: Uint8Array): void => void updates.push(update)
    const writing = new Writing(this.#target, this.#missing, passage)
    this.#target.on('update', take)
    this.#target.transact(() => writing.all(scope))
    this.#target.off('update', take)
    const { touches, blockedBy } = writing
    const isWhole = touches.size === 0 && !writing.isUnnamed
    return { update: updates[0], aside: isWhole ? undefined : { touches: [...touches], blockedBy } }
  }
}

/** One edit. */
class Writing {
  readonly touches = new Set<string>()
  /** Something that has no name can't be written. */
  isUnnamed = false
  blockedBy: string | undefined
  readonly #target: Y.Doc
  readonly #missing: Map<string, string | undefined>
  readonly #passage: Passage

  constructor(target: Y.Doc, missing: Map<string, string | undefined>, passage: Passage) {
    this.#target = target
    this.#missing = missing
    this.#passage = passage
  }

  /** Creations first: what else the edit did may belong to them. */
  all(scope: 'changed' | 'all-texts'): void {
    const { transaction } = this.#passage
    const { doc } = transaction
    const changed = changedIn(transaction)
    const roots = [...changed.keys()].map((type) => rootOf(doc, type))
    for (const root of new Set([CONTACTS, NOTES, FIELDS, ...roots])) {
      const type = root === undefined ? undefined : doc.share.get(root)
      const kind = root === undefined ? undefined : rootKind(root)
      if (root === undefined || kind === undefined) this.isUnnamed = true
      else if (type !== undefined && kind === 'map') {
        for (const key of changed.get(type) ?? []) if (key !== null) this.#key(root, type, key)
      }
    }
    for (const root of scope === 'changed' ? new Set(roots) : doc.share.keys()) {
      const type = root === undefined ? undefined : doc.share.get(root)
      const isText = root !== undefined && rootKind(root) === 'text'
      if (isText && type !== undefined) this.#text(root, type)
    }
  }

  #text(root: string, type: Type): void {
    const effect = textEffect(type, this.#passage)
    if (effect === 'unwritable') this.touches.add(root)
    else if (effect.splices.length > 0 && !this.#isOrphan(aboutContactId(root), root)) {
      const text = this.#target.getText(root)
      splice(text, align(effect.splices, effect.before, text.toString()))
    }
  }

  #key(root: string, type: Type, key: string): void {
    const map = this.#target.getMap(root)
    const effect = keyEffect(type, key, this.#passage)
    switch (effect.type) {
      case 'set':
        if (root === FIELDS) this.#field(map, key, effect.value)
        else this.#creation(root, map, key, effect.value)
        return
      case 'delete':
        if (root === FIELDS && map.has(key)) map.delete(key)
        else if (root !== FIELDS) this.touches.add(key)
        return
      case 'unwritable':
        this.touches.add(key)
        return
      default:
        return
    }
  }

  #field(map: Y.Map<unknown>, key: string, value: unknown): void {
    const id = parseKey(key)?.id
    const name = id !== undefined && this.#isNote(id) ? id : key
    if (this.#isOrphan(id, name)) return
    if (!map.has(key) || !sameJson(map.get(key), value)) map.set(key, value)
  }

  /** Rules 4 and 5. */
  #creation(root: string, map: Y.Map<unknown>, key: string, value: unknown): void {
    const contactId = root === NOTES && isCreation(value) ? value.contactId : undefined
    if (typeof contactId === 'string' && this.#isOrphan(contactId, key)) {
      this.#missing.set(key, this.#missing.get(contactId))
      return
    }
    // A key that was taken away is taken for good, too.
    if (!map._map.has(key)) map.set(key, value)
  }

  /** Rule 5; notes it where it is. */
  #isOrphan(recordId: string | undefined, name: string): boolean {
    if (recordId === undefined || !this.#missing.has(recordId)) return false
    const isThere = [CONTACTS, NOTES].some((root) => this.#target.getMap(root).has(recordId))
    if (isThere) return false
    this.touches.add(name)
    this.blockedBy ??= this.#missing.get(recordId)
    return true
  }

  /** Of the target, or one that was refused. */
  #isNote(id: string): boolean {
    return this.#target.getMap(NOTES).has(id) || isIn(this.#passage.transaction.doc, NOTES, id)
  }
}

const isIn = (doc: Y.Doc, root: string, key: string): boolean =>
  doc.share.get(root)?._map.has(key) ?? false

const splice = (text: Y.Text, splices: readonly Splice[]): void => {
  for (const one of splices) {
    if ('insert' in one) text.insert(one.at, one.insert)
    else text.delete(one.at, one.remove)
  }
}

// Yjs types the keys of `changed` by their events, which differ for each kind of type.
const changedIn = (transaction: Y.Transaction) =>
  transaction.changed as unknown as Map<Type, Set<string | null>>

const rootOf = (doc: Y.Doc, type: Type): string | undefined => {
  for (const [name, root] of doc.share) if (root === type) return name
  return undefined
}
