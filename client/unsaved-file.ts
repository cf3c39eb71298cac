/** What no server has, as a file that a person can read and a program can merge. */
import { aboutContactId, CONTACTS, FIELDS, NOTES, parseKey, type Refusal } from 'kith-shared'
import * as Y from 'yjs'
import type { StoredEdit } from './edge/database.js'

/** JSON as it is; `docs/storage.md` describes it. */
export interface UnsavedFile {
  format: 'kith-unsaved-edits'
  version: 1
  server: string
  workspaceId: string
  userId: string
  /** ISO 8601. */
  exportedAt: string
  edits: UnsavedEdit[]
}

/** An edit that no server has. */
export interface UnsavedEdit {
  id: string
  state: 'waiting' | 'refused'
  /** Why the server did not take it. */
  reason?: Refusal
  changes: UnsavedChange[]
  /** The Yjs update, encoding v1, in base64. */
  update: string
}

/** `field` is `contact` or `note` for its creation, `about` for letters of the long text. */
export interface UnsavedChange {
  contactId?: string
  /** As this device knows it. */
  contactName?: string
  noteId?: string
  field: string
  /** What was written; for `about` the letters, in order. `null` takes away. */
  value: unknown
}

export interface UnsavedParts {
  server: string
  workspaceId: string
  userId: string
  exportedAt: string
  /** What the edits were made on, as far as it is here. */
  committed: readonly Uint8Array[]
  edits: readonly Pick<StoredEdit, 'id' | 'update' | 'touches' | 'refused'>[]
}

export const unsavedFile = (parts: UnsavedParts): UnsavedFile => {
  const { server, workspaceId, userId, exportedAt, committed, edits } = parts
  // With what is deleted: an edit's value may be overwritten by a later one of them.
  const doc = new Y.Doc({ gc: false })
  for (const update of [...committed, ...edits.map((edit) => edit.update)]) apply(doc, update)
  const file: UnsavedFile = {
    format: 'kith-unsaved-edits',
    version: 1,
    server,
    workspaceId,
    userId,
    exportedAt,
    edits: edits.map(({ id, update, touches, refused }) => {
      const items = itemsOf(update)
      return {
        id,
        state: refused === undefined ? 'waiting' : 'refused',
        ...(refused === undefined ? {} : { reason: refused }),
        changes: touches.map((touch) => changeOf(doc, touch, items)),
        update: base64(update),
      }
    }),
  }
  doc.destroy()
  return file
}

/** What was refused may be no update at all. */
const apply = (doc: Y.Doc, update: Uint8Array): void => {
  try {
    Y.applyUpdate(doc, update)
  } catch {
    // Its bytes are in the file all the same.
  }
}

const itemsOf = (update: Uint8Array): Y.Item[] => {
  try {
    return Y.decodeUpdate(update).structs.filter((struct) => struct instanceof Y.Item)
  } catch {
    return []
  }
}

const changeOf = (doc: Y.Doc, touch: string, items: readonly Y.Item[]): UnsavedChange => {
  const about = aboutContactId(touch)
  if (about !== undefined) return { ...named(doc, about), field: 'about', value: letters(items) }
  const key = parseKey(touch)
  if (key !== undefined) {
    const value = written(doc, FIELDS, touch, items)
    return { ...subject(doc, key.id), field: key.path, value }
  }
  const isNote = doc.getMap(NOTES).has(touch)
  const value = written(doc, isNote ? NOTES : CONTACTS, touch, items)
  if (value !== undefined || !isNote)
    return { ...subject(doc, touch), field: kindOf(isNote), value }
  return {
    ...subject(doc, touch),
    field: 'body',
    value: written(doc, FIELDS, `${touch}/body`, items),
  }
}

const kindOf = (isNote: boolean): string => (isNote ? 'note' : 'contact')

const subject = (doc: Y.Doc, id: string): Pick<UnsavedChange, 'contactId' | 'noteId'> => {
  const note = doc.getMap(NOTES).get(id)
  if (note === undefined) return named(doc, id)
  const { contactId } = Object(note) as { contactId?: unknown } // whatever a note's record holds
  return { ...(typeof contactId === 'string' ? named(doc, contactId) : {}), noteId: id }
}

const named = (doc: Y.Doc, id: string): Pick<UnsavedChange, 'contactId' | 'contactName'> => {
  const created = Object(doc.getMap(CONTACTS).get(id)) as { name?: unknown } // any JSON
  const name = doc.getMap(FIELDS).get(`${id}/name`) ?? created.name
  return { contactId: id, ...(typeof name === 'string' ? { contactName: name } : {}) }
}

/** The last value that the edit itself wrote there, whoever has written since. */
const written = (doc: Y.Doc, root: string, key: string, items: readonly Y.Item[]): unknown => {
  const mine = (item: Y.Item): boolean =>
    items.some(({ id, length }) => {
      return (
        id.client === item.id.client &&
        id.clock <= item.id.clock &&
        item.id.clock < id.clock + length
      )
    })
  for (let item = doc.getMap(root)._map.get(key) ?? null; item !== null; item = item.left) {
    if (mine(item)) return item.content.getContent().at(-1)
  }
  return undefined
}

const letters = (items: readonly Y.Item[]): string =>
  items.map(({ content }) => (content instanceof Y.ContentString ? content.str : '')).join('')

/** In pieces: a call takes so many arguments and no more. */
const base64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  }
  return btoa(text)
}
