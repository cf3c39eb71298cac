import {
  aboutText,
  addNote,
  CONTACTS,
  type ContactId,
  type ContactInput,
  createContact,
  idFromBytes,
  LIST_FIELDS,
  NOTES,
  type NoteId,
  TEXT_FIELDS,
} from 'kith-shared'
import { bytesOf } from './fits-value.js'
import { type ImportTarget, knownContact } from './known-contact.js'
import { type MissingParts, missingParts } from './missing-parts.js'
import type { FileContact, FileNote } from './parsed-contacts.js'

/** A piece of work that goes into one transaction with others, and what it weighs in UTF-16 units. */
export interface Writing {
  weight: number
  act: () => void
}

/** Bytes of a creation that are left for its ids and its time. */
const CREATION_BYTES = 12_000
/** Units of a long text that go into one message. */
const ABOUT_PIECE = 30_000

/** All that makes this contact, in order. Under its own id where that is free and wanted. */
export const creating = (
  workspace: ImportTarget,
  file: FileContact,
  keepsIds: boolean,
): { id: ContactId; writings: Writing[] } => {
  const isFree = file.id !== undefined && !workspace.doc.getMap(CONTACTS).has(file.id)
  const id = keepsIds && isFree && file.id !== undefined ? file.id : newContactId()
  const { creation, rest } = split(file.input)
  const now = file.createdAt ?? Date.now()
  const create = (): void => {
    createContact(workspace.doc, id, creation, { now, newId })
  }
  const parts: MissingParts = { ...rest, about: file.about, notes: file.notes }
  const writings = [
    { weight: JSON.stringify(creation).length, act: create },
    ...adding(workspace, id, parts, keepsIds),
  ]
  return { id, writings }
}

/** Adds what the file has and the contact, as it is when this is done, has not. */
export const filling = (workspace: ImportTarget, id: ContactId, file: FileContact): Writing[] => {
  const contact = workspace.contacts.contact(id)
  if (!contact) return []
  return adding(workspace, id, missingParts(knownContact(workspace, contact), file), true)
}

const adding = (
  workspace: ImportTarget,
  id: ContactId,
  parts: MissingParts,
  keepsIds: boolean,
): Writing[] => {
  const { actions } = workspace
  const order = entryOrder()
  const writings: Writing[] = []
  const add = (weight: number, act: () => void): void => void writings.push({ weight, act })
  for (const field of TEXT_FIELDS) {
    const text = parts.texts[field]
    if (text !== undefined) add(text.length, () => actions.setField(id, field, text))
  }
  for (const list of ['emails', 'phones', 'links'] as const) {
    for (const { label = '', value } of parts[list]) {
      const entry = { id: order(), label, value }
      add(value.length + 80, () => actions.setEntry(id, list, entry))
    }
  }
  for (const address of parts.addresses) {
    const entry = { ...NO_ADDRESS, ...withTexts(address), id: order() }
    add(JSON.stringify(entry).length, () => actions.setEntry(id, 'addresses', entry))
  }
  for (const tag of parts.tags) add(tag.length + 80, () => actions.addTag(id, tag))
  for (const piece of piecesOf(parts.about)) {
    add(piece.length, () => {
      const text = aboutText(workspace.doc, id)
      text.insert(text.length, piece)
    })
  }
  for (const note of parts.notes) {
    add(note.body.length, () => writeNote(workspace, id, note, keepsIds))
  }
  return writings
}

/** Notes of an export keep their ids, so that none comes twice. */
const writeNote = (
  workspace: ImportTarget,
  contactId: ContactId,
  { id, body, createdAt }: FileNote,
  keepsIds: boolean,
): void => {
  const isTaken = id !== undefined && workspace.doc.getMap(NOTES).has(id)
  if (isTaken && keepsIds) return
  const own = id !== undefined && keepsIds ? id : newNoteId()
  const isSmall = bytesOf(body) < CREATION_BYTES
  // A creation holds more than the body: one that fills a value follows it.
  addNote(workspace.doc, own, contactId, isSmall ? body : '…', createdAt ?? Date.now())
  if (!isSmall) workspace.actions.editNote(own, body)
}

/** What of a contact fits into its creation, and what is written after it. */
const split = (
  input: ContactInput,
): { creation: ContactInput; rest: Omit<MissingParts, 'about' | 'notes'> } => {
  const rest = { ...NOTHING, texts: {} as MissingParts['texts'] }
  const creation: ContactInput = { name: input.name, favorite: input.favorite }
  let room = CREATION_BYTES
  const takes = (value: unknown, entries: number): boolean => {
    const bytes = bytesOf(JSON.stringify(value)) + 20 + 40 * entries
    if (bytes > room) return false
    room -= bytes
    return true
  }
  for (const field of TEXT_FIELDS) {
    const text = input[field]
    if (!text) continue
    if (takes(text, 0)) creation[field] = text
    else rest.texts[field] = text
  }
  if (rest.texts.name !== undefined) creation.name = '…'
  if (takes(input.tags ?? [], 0)) creation.tags = input.tags
  else rest.tags = input.tags ?? []
  for (const list of LIST_FIELDS) {
    const entries = input[list] ?? []
    if (takes(entries, entries.length)) Object.assign(creation, { [list]: entries })
    else Object.assign(rest, { [list]: entries })
  }
  return { creation, rest }
}

const NOTHING: Omit<MissingParts, 'about' | 'notes' | 'texts'> = {
  emails: [],
  phones: [],
  links: [],
  addresses: [],
  tags: [],
}

const NO_ADDRESS = { label: '', street: '', city: '', region: '', postalCode: '', country: '' }

const withTexts = <Part extends object>(
  part: Part,
): { [Key in keyof Part]: NonNullable<Part[Key]> } =>
  // Only keys whose value is there are left.
  Object.fromEntries(Object.entries(part).filter(([, text]) => text !== undefined)) as {
    [Key in keyof Part]: NonNullable<Part[Key]>
  }

const piecesOf = (text: string): string[] => {
  const pieces: string[] = []
  let from = 0
  while (from < text.length) {
    let end = Math.min(text.length, from + ABOUT_PIECE)
    // Never between the halves of a surrogate pair.
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end--
    pieces.push(text.slice(from, end))
    from = end
  }
  return pieces
}

const newId = (): string => idFromBytes(crypto.getRandomValues(new Uint8Array(16)))

// The alphabet and length of `newId` are those of an id.
const newContactId = (): ContactId => newId() as ContactId
const newNoteId = (): NoteId => newId() as NoteId

/** Entries that come later are shown in the order of their ids: so these tell their order. */
const entryOrder = (): (() => string) => {
  const time = Date.now().toString(36).padStart(9, '0')
  let count = 0
  return () => `${time}-${(count++).toString(36).padStart(3, '0')}-${newId()}`
}
