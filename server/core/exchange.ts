/**
 * A workspace as a file: contacts as they are read, with their notes and long texts; and back into
 * updates, as a member might send them. What comes from outside is judged by the gate.
 */
import {
  aboutRoot,
  aboutText,
  type ClientId,
  CONTACTS,
  type Contact,
  type ContactId,
  DocumentIndex,
  FIELDS,
  isContactId,
  isCreation,
  isNoteId,
  isUsableId,
  MAX_DOCUMENT_BYTES,
  NOTES,
  type Note,
  readContact,
  readNote,
  rootKind,
  STORED_LIMITS,
  sameJson,
  UPDATE_SPLIT_BYTES,
  UpdateScanner,
  type UserId,
} from 'kith-shared'
import * as Y from 'yjs'
import { admit, type Weighing } from './admission/admit.js'
import { IndexDraft } from './index-draft.js'
import { RoomIndex } from './room-index.js'
import { tryOut } from './trial.js'

export interface ContactFile {
  kith: 'contacts'
  version: 1
  name: string
  contacts: readonly FileContact[]
}

/** Deleted ones and deleted notes too: undeleting must still be possible. */
export type FileContact = Contact & { about: string; notes: readonly Omit<Note, 'contactId'>[] }

export const contactFileOf = (document: Uint8Array, name: string): ContactFile => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  const index = new DocumentIndex(doc)
  index.start()
  const notes = new Map<string, Omit<Note, 'contactId'>[]>()
  for (const id of doc.getMap(NOTES).keys()) {
    const note = isNoteId(id) ? index.note(id) : undefined
    if (!note) continue
    const { contactId, ...rest } = note
    notes.set(contactId, [...(notes.get(contactId) ?? []), rest])
  }
  const contacts: FileContact[] = []
  for (const id of [...doc.getMap(CONTACTS).keys()].sort()) {
    const contact = isContactId(id) ? index.contact(id) : undefined
    if (!contact) continue
    const about = aboutText(doc, contact.id).toString()
    const own = (notes.get(id) ?? []).sort((one, other) => (one.id < other.id ? -1 : 1))
    contacts.push({ ...contact, about, notes: own })
  }
  index.close()
  doc.destroy()
  return { kith: 'contacts', version: 1, name, contacts }
}

/** Its `problem` is one line for people. */
export type Taken<Value> = { ok: true; value: Value } | { ok: false; problem: string }

const refused = (problem: string): { ok: false; problem: string } => ({ ok: false, problem })

/** What a document of ours holds by root, to be written anew. */
export interface Values {
  maps: readonly [root: string, key: string, value: unknown][]
  texts: readonly [root: string, text: string][]
}

/** `file` is what `JSON.parse` gave. */
export const valuesOfContacts = (file: unknown): Taken<Values> => {
  if (!isCreation(file) || file.kith !== 'contacts')
    return refused('not a file of contacts of Kith')
  if (file.version !== 1) return refused('a version of the file that is not known here')
  if (!Array.isArray(file.contacts)) return refused('contacts: not a list')
  const maps: [string, string, unknown][] = []
  const texts: [string, string][] = []
  const ids = new Set<string>()
  for (const [at, given] of (file.contacts as unknown[]).entries()) {
    const place = `contacts[${at}]`
    if (!isCreation(given) || !isUsableId(given.id)) return refused(`${place}: has no id`)
    if (ids.has(given.id)) return refused(`${place}: the id is there twice`)
    ids.add(given.id)
    const { id, about, notes, ...creation } = given
    const contact = readContact(id as ContactId, creation)
    if (!sameJson({ ...contact }, { id, ...creation }))
      return refused(`${place}: not as export writes it`)
    if (typeof about !== 'string' || !Array.isArray(notes)) {
      return refused(`${place}: about is no text, or notes are no list`)
    }
    maps.push([CONTACTS, contact.id, withoutDefaults(creation)])
    if (about !== '') texts.push([aboutRoot(contact.id), about])
    for (const note of notes as unknown[]) {
      const read = noteOf(note, contact.id)
      if (!read || ids.has(`note ${read.id}`))
        return refused(`${place}: a note is not as export writes it`)
      ids.add(`note ${read.id}`)
      maps.push([NOTES, read.id, withoutDefaults({ ...read, id: '' })])
    }
  }
  return { ok: true, value: { maps, texts } }
}

const noteOf = (given: unknown, contactId: ContactId): Note | undefined => {
  if (!isCreation(given) || !isNoteId(given.id)) return undefined
  const note = readNote(given.id, { ...given, contactId })
  return note && sameJson({ ...note }, { ...given, contactId }) ? note : undefined
}

/** What is read the same where it is not there takes no room. */
const withoutDefaults = (creation: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(creation).filter(
      ([, value]) =>
        value !== '' &&
        value !== null &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  )

/** The bytes are judged as if a member sent them who has everything; then their values are read. */
export const valuesOfUpdate = (bytes: Uint8Array): Taken<Values> => {
  const problem = judge([bytes], 'sync-step-2')
  if (problem !== undefined) return refused(problem)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, bytes)
  const maps: [string, string, unknown][] = []
  for (const root of [CONTACTS, NOTES, FIELDS]) {
    const map = doc.getMap(root)
    for (const key of [...map.keys()].sort()) maps.push([root, key, map.get(key)])
  }
  const texts: [string, string][] = []
  for (const root of [...doc.share.keys()].sort()) {
    const text = rootKind(root) === 'text' ? doc.getText(root).toString() : ''
    if (text !== '') texts.push([root, text])
  }
  doc.destroy()
  return { ok: true, value: { maps, texts } }
}

/** About so many bytes of values an update holds, so that it stays below `UPDATE_SPLIT_BYTES`. */
const VALUE_BYTES = UPDATE_SPLIT_BYTES / 4

/** The values as updates under one client id, each of which the gate takes. */
export const updatesOf = ({ maps, texts }: Values, clientId: ClientId): Taken<Uint8Array[]> => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const part of inParts(maps, ([, key, value]) => key.length + JSON.stringify(value).length)) {
    doc.transact(() => {
      for (const [root, key, value] of part) doc.getMap(root).set(key, value)
    })
  }
  const pieces = texts.flatMap(([root, text]) =>
    piecesOf(text).map((piece) => [root, piece] as const),
  )
  for (const part of inParts(pieces, ([, piece]) => piece.length)) {
    doc.transact(() => {
      for (const [root, piece] of part) doc.getText(root).insert(doc.getText(root).length, piece)
    })
  }
  doc.destroy()
  const bytes = updates.reduce((sum, update) => sum + update.length, 0)
  if (bytes > MAX_DOCUMENT_BYTES) return refused('the gate refuses it: quota')
  const problem = judge(updates, 'update')
  return problem === undefined ? { ok: true, value: updates } : refused(problem)
}

function* inParts<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Generator<Item[]> {
  let part: Item[] = []
  let size = 0
  for (const item of items) {
    part.push(item)
    size += sizeOf(item)
    if (size < VALUE_BYTES) continue
    yield part
    part = []
    size = 0
  }
  if (part.length > 0) yield part
}

/** Not between the two halves of a character. */
const piecesOf = (text: string): string[] => {
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + VALUE_BYTES / 2)
    const last = text.charCodeAt(to - 1)
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

const IMPORTER = 'import' as UserId

/** Why the gate does not take these updates of one person, one after the other, in an empty workspace. */
const judge = (
  updates: readonly Uint8Array[],
  message: 'sync-step-2' | 'update',
): string | undefined => {
  const draft = new IndexDraft(new RoomIndex())
  const sender = { userId: IMPORTER, role: 'owner' } as const
  const scanner = new UpdateScanner()
  const rows: { update: Uint8Array; author: { id: UserId; name: string } }[] = []
  const ask = (bytes: Uint8Array, weighing: Weighing) => {
    const scan = message === 'update' ? scanner.scan(bytes) : scanner.scan(bytes, STORED_LIMITS)
    if (!scan.ok) return { verdict: 'refused', refusal: scan.refusal } as const
    return admit(draft, sender, message, bytes, scan.update, weighing)
  }
  for (const update of updates) {
    let verdict = ask(update, 'charged')
    if (verdict.verdict === 'trial') {
      const { texts } = verdict
      const candidate = { update, author: IMPORTER, clients: [], texts, others: 0 }
      const isLight = tryOut(undefined, rows, candidate).outcome === 'passed'
      verdict = isLight ? ask(update, 'tried') : { verdict: 'refused', refusal: 'too-heavy' }
    }
    if (verdict.verdict === 'refused') return `the gate refuses it: ${verdict.refusal}`
    rows.push({ update, author: { id: IMPORTER, name: IMPORTER } })
  }
  return undefined
}
