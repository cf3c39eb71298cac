/**
 * Contacts and notes of one document, read when asked for and kept until they change.
 *
 * 1. A transaction costs what it touched, whatever else the document holds.
 * 2. What a key is now is asked of the document, what it was is kept here: so the events of
 *    transactions that follow each other before Yjs tells of the first still add up.
 * 3. A contact that doesn't change keeps its identity; one that does keeps that of its lists that
 *    don't.
 * 4. Nothing is read before somebody asks for it: a workspace of 100,000 contacts comes in at once.
 */
import type * as Y from 'yjs'
import type { ContactId, NoteId } from '../ids.js'
import { isolate } from '../isolate.js'
import { AboutRoots, aboutsThatDiffer, textBeforeAndAfter } from './about.js'
import { ChangeLog } from './change-log.js'
import type { Contact } from './contact.js'
import {
  contactChanges,
  createdLater,
  type DocumentChange,
  keepIdentity,
  noteChanges,
} from './document-change.js'
import { IdList } from './id-list.js'
import { parseKey } from './keys.js'
import { type Note, readNote } from './note.js'
import { NoteTable } from './note-table.js'
import { type Creation, isCreation, readContact } from './read-contact.js'
import { CONTACTS, FIELDS, isUsableId, NOTES } from './roots.js'
import { sameJson } from './same-json.js'

/** Where a change came from; `origin` is what `doc.transact` or `Y.applyUpdate` was given. */
export interface ChangeSource {
  local: boolean
  origin: unknown
}

export type ChangeListener = (changes: readonly DocumentChange[], source: ChangeSource) => void

export class DocumentIndex {
  #doc: Y.Doc
  #contacts: Y.Map<unknown>
  #fields: Y.Map<unknown>
  #noteCreations: Y.Map<unknown>
  readonly #abouts = new AboutRoots()
  readonly #overlays = new Map<string, Map<string, unknown>>()
  /** As they lie in the document. */
  readonly #creations = new Map<ContactId, Creation>()
  readonly #read = new Map<ContactId, Contact>()
  readonly #notes = new NoteTable()
  readonly #listeners = new Set<ChangeListener>()
  readonly #ids = new IdList<ContactId>()
  readonly #changes = new ChangeLog()
  #started = false

  constructor(doc: Y.Doc) {
    this.#doc = doc
    this.#contacts = doc.getMap(CONTACTS)
    this.#fields = doc.getMap(FIELDS)
    this.#noteCreations = doc.getMap(NOTES)
  }

  /** Reads what is there, without events, and follows the document from then on. Safe twice. */
  start(): void {
    if (this.#started) return
    this.#started = true
    this.#clear()
    for (const key of this.#fields.keys()) this.#takeField(key)
    for (const key of this.#contacts.keys()) {
      if (isContactKey(key)) this.#takeMembership(key)
    }
    for (const key of this.#noteCreations.keys()) {
      if (isNoteKey(key)) this.#notes.replace(key, this.#readNote(key))
    }
    this.#doc.on('afterTransaction', this.#follow)
  }

  /** Follows the document no more; what was read stays as it is. Safe twice. */
  close(): void {
    this.#started = false
    this.#doc.off('afterTransaction', this.#follow)
  }

  /** Another number whenever a contact or note may read otherwise; long texts aside. */
  get revision(): number {
    return this.#changes.revision
  }

  /**
   * The contacts that may read otherwise than at that revision, in a set of the caller's own;
   * `undefined` where they are too many or it is too long ago to tell.
   */
  changedSince(revision: number): Set<ContactId> | undefined {
    return this.#changes.since(revision)
  }

  /** Deleted ones too. The same object until something of it changes. */
  contact(id: ContactId): Contact | undefined {
    const known = this.#read.get(id)
    if (known) return known
    const creation = this.#creations.get(id)
    if (creation === undefined) return undefined
    const contact = readContact(id, creation, this.#overlays.get(id))
    this.#read.set(id, contact)
    return contact
  }

  /** All, deleted ones too, in the order of their ids; the same array until one comes or goes. */
  contactIds(): readonly ContactId[] {
    return this.#ids.of(this.#creations)
  }

  /** Deleted ones too. */
  note(id: NoteId): Note | undefined {
    return this.#notes.get(id)
  }

  /** Newest first, without deleted ones; the same array until one of them changes. */
  notesOf(contactId: ContactId): readonly Note[] {
    return this.#notes.of(contactId)
  }

  /**
   * Called once for each transaction that changed something that shows: local, remote or undo.
   * When it is called, the index already reads the new state. Gives the way to unsubscribe.
   * What a listener throws stops nothing, and is thrown again in a microtask of its own.
   */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly #follow = (transaction: Y.Transaction): void => {
    const keys = {
      contacts: changedKeys(transaction, this.#contacts),
      fields: changedKeys(transaction, this.#fields),
      notes: changedKeys(transaction, this.#noteCreations),
    }
    const changes = [...this.#takeKeys(keys), ...this.#followAbouts(transaction)]
    this.#tell(changes, { local: transaction.local, origin: transaction.origin as unknown })
  }

  /**
   * Follows another document from now on, and tells what it says otherwise as remote changes of
   * one transaction with this origin. What both say keeps its identity.
   */
  replace(doc: Y.Doc, origin: unknown): void {
    const before = this.#doc
    const keys = {
      contacts: keysThatDiffer(this.#contacts, doc.getMap(CONTACTS)),
      fields: keysThatDiffer(this.#fields, doc.getMap(FIELDS)),
      notes: keysThatDiffer(this.#noteCreations, doc.getMap(NOTES)),
    }
    const changes = this.#takeKeys(keys, () => {
      this.#doc = doc
      this.#contacts = doc.getMap(CONTACTS)
      this.#fields = doc.getMap(FIELDS)
      this.#noteCreations = doc.getMap(NOTES)
    })
    if (!this.#started) return
    before.off('afterTransaction', this.#follow)
    doc.on('afterTransaction', this.#follow)
    for (const { contactId, ...about } of aboutsThatDiffer(before, doc)) {
      if (!this.#creations.has(contactId)) continue
      changes.push({ type: 'contact-updated', contactId, changes: { about } })
    }
    this.#tell(changes, { local: false, origin })
  }

  #tell(changes: readonly DocumentChange[], source: ChangeSource): void {
    if (changes.length === 0) return
    for (const listener of [...this.#listeners]) isolate(() => listener(changes, source))
  }

  /** `turn` changes what is asked, once all that was is read. */
  #takeKeys(keys: ChangedKeys, turn: () => void = () => undefined): DocumentChange[] {
    const { contacts: contactKeys, fields: fieldKeys, notes: noteKeys } = keys
    const ids = new Set<string>([...contactKeys, ...noteKeys].filter(isUsableId))
    for (const key of fieldKeys) {
      const parsed = parseKey(key)
      if (parsed) ids.add(parsed.id)
    }
    // All is read as it was before anything is taken over: later keys may belong to earlier ids.
    const contactsBefore = new Map<ContactId, Contact>()
    for (const id of ids) {
      const contact = isContactKey(id) ? this.contact(id) : undefined
      if (contact) contactsBefore.set(contact.id, contact)
    }
    turn()
    this.#changes.add(ids)
    for (const key of fieldKeys) this.#takeField(key)
    const changes: DocumentChange[] = []
    for (const id of ids) {
      if (isContactKey(id)) changes.push(...this.#takeContact(id, contactsBefore.get(id)))
    }
    for (const id of ids) if (isNoteKey(id)) changes.push(...this.#takeNote(id))
    return changes
  }

  #followAbouts(transaction: Y.Transaction): DocumentChange[] {
    if (this.#listeners.size === 0) return []
    const changes: DocumentChange[] = []
    for (const { contactId, text } of this.#abouts.changed(transaction)) {
      if (!this.#creations.has(contactId)) continue
      const about = textBeforeAndAfter(text, transaction)
      if (about.before === about.after) continue
      changes.push({ type: 'contact-updated', contactId, changes: { about } })
    }
    return changes
  }

  #takeContact(id: ContactId, before: Contact | undefined): DocumentChange[] {
    this.#read.delete(id)
    this.#takeMembership(id)
    if (!before) return this.#created(id)
    const read = this.contact(id)
    const after = before && read ? keepIdentity(before, read) : read
    if (after) this.#read.set(id, after)
    return contactChanges(id, before, after)
  }

  #created(id: ContactId): DocumentChange[] {
    const creation = this.#creations.get(id)
    if (creation === undefined || this.#listeners.size === 0) return []
    const read = (): Contact => this.contact(id) ?? readContact(id, creation)
    return [createdLater(id, read)]
  }

  #takeMembership(id: ContactId): void {
    const creation = this.#contacts.get(id)
    const isThere = isCreation(creation)
    if (isThere !== this.#creations.has(id)) this.#ids.change(id)
    if (isThere) this.#creations.set(id, creation)
    else this.#creations.delete(id)
  }

  #takeNote(id: NoteId): DocumentChange[] {
    const before = this.#notes.get(id)
    const after = this.#readNote(id)
    const changes = noteChanges(before, after)
    if (changes.length > 0) this.#notes.replace(id, after)
    return changes
  }

  #readNote(id: NoteId): Note | undefined {
    return readNote(id, this.#noteCreations.get(id), this.#overlays.get(id))
  }

  #takeField(key: string): void {
    const parsed = parseKey(key)
    if (!parsed) return
    const { id, path } = parsed
    const overlay = this.#overlays.get(id)
    if (this.#fields.has(key)) {
      const value = this.#fields.get(key)
      if (overlay) overlay.set(path, value)
      else this.#overlays.set(id, new Map([[path, value]]))
    } else if (overlay?.delete(path) && overlay.size === 0) {
      this.#overlays.delete(id)
    }
  }

  #clear(): void {
    this.#changes.clear()
    this.#overlays.clear()
    this.#creations.clear()
    this.#read.clear()
    this.#notes.clear()
    this.#ids.clear()
  }
}

// A key of `contacts` is a contact's id by where it lies, one of `notes` a note's.
const isContactKey = (key: string): key is ContactId => isUsableId(key)
const isNoteKey = (key: string): key is NoteId => isUsableId(key)

interface ChangedKeys {
  contacts: readonly string[]
  fields: readonly string[]
  notes: readonly string[]
}

const keysThatDiffer = (a: Y.Map<unknown>, b: Y.Map<unknown>): string[] => {
  const keys = [...new Set([...a.keys(), ...b.keys()])]
  return keys.filter((key) => a.has(key) !== b.has(key) || !sameJson(a.get(key), b.get(key)))
}

const changedKeys = (transaction: Y.Transaction, map: Y.Map<unknown>): string[] => {
  // Yjs types the keys of `changed` by their events, which differ for each kind of type.
  const keys = (transaction.changed as Map<unknown, Set<string | null>>).get(map)
  return keys ? [...keys].filter((key) => key !== null) : []
}
