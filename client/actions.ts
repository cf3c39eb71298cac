import {
  addNote,
  addTag,
  type ContactId,
  type ContactInput,
  createContact,
  deleteContact,
  deleteNote,
  editNote,
  InvalidValue,
  moveNote,
  type NoteId,
  removeEntry,
  removeTag,
  restoreContact,
  restoreNote,
  setEntry,
  setField,
  updateContact,
} from 'kith-shared'
import * as Y from 'yjs'
import { ReadOnlyError } from './sync-error.js'
import { ActionBatch } from './undo/origins.js'
import type { ImportOptions, WorkspaceActions } from './workspace-actions.js'

export interface ActionParts {
  /** The one to edit now. */
  doc: () => Y.Doc
  now: () => number
  newId: () => string
  /** Lets the browser paint and answer, between two transactions. */
  nextTask: () => Promise<void>
  mayEdit: () => boolean
  setEditing: WorkspaceActions['setEditing']
  setTyping: WorkspaceActions['setTyping']
}

/** The origin of edits made by actions. */
export const ACTION = Symbol('kith action')

/** Contacts of one transaction of an import, and so of one message. */
const AT_ONCE = 100

export const createActions = (parts: ActionParts): WorkspaceActions => {
  const { now, newId } = parts
  /** The document to edit. */
  const editable = (): Y.Doc => {
    if (!parts.mayEdit()) throw new ReadOnlyError()
    return parts.doc()
  }
  return {
    createContact: (input) => {
      // The alphabet and length of `newId` are those of an id.
      const id = newId() as ContactId
      return createContact(editable(), id, input, { now: now(), newId, origin: ACTION })
    },
    updateContact: (id, changes) => updateContact(editable(), id, changes, ACTION),
    setField: (id, field, value) => setField(editable(), id, field, value, ACTION),
    setEntry: (id, list, entry) => setEntry(editable(), id, list, entry, ACTION),
    removeEntry: (id, list, entryId) => removeEntry(editable(), id, list, entryId, ACTION),
    addTag: (id, tag) => addTag(editable(), id, tag, ACTION),
    removeTag: (id, tag) => removeTag(editable(), id, tag, ACTION),
    deleteContact: (id) => deleteContact(editable(), id, now(), ACTION),
    restoreContact: (id) => restoreContact(editable(), id, ACTION),
    addNote: (contactId, body) =>
      addNote(editable(), newId() as NoteId, contactId, body, now(), ACTION),
    editNote: (id, body) => editNote(editable(), id, body, ACTION),
    deleteNote: (id) => deleteNote(editable(), id, now(), ACTION),
    restoreNote: (id) => restoreNote(editable(), id, ACTION),
    moveNote: (id, contactId) => moveNote(editable(), id, contactId, ACTION),
    importContacts: (inputs, options = {}) => importContacts(parts, editable, inputs, options),
    setEditing: parts.setEditing,
    setTyping: parts.setTyping,
  }
}

/** All are tried on a document of nobody first, so that a bad one is known before any is written. */
const importContacts = async (
  parts: ActionParts,
  editable: () => Y.Doc,
  inputs: readonly ContactInput[],
  { onProgress, signal }: ImportOptions,
): Promise<ContactId[]> => {
  const { now, newId, nextTask } = parts
  const ids: ContactId[] = []
  const inChunks = async (act: (chunk: readonly ContactInput[], at: number) => void) => {
    for (let at = 0; at < inputs.length; at += AT_ONCE) {
      signal?.throwIfAborted()
      act(inputs.slice(at, at + AT_ONCE), at)
      await nextTask()
    }
  }
  const create = (doc: Y.Doc, input: ContactInput): ContactId =>
    createContact(doc, newId() as ContactId, input, { now: now(), newId })
  editable()
  await inChunks((chunk, at) => {
    const trial = new Y.Doc()
    for (const [offset, input] of chunk.entries()) {
      naming(at + offset, () => create(trial, input))
    }
    trial.destroy()
  })
  const batch = new ActionBatch()
  await inChunks((chunk) => {
    const doc = editable()
    doc.transact(() => {
      for (const input of chunk) ids.push(create(doc, input))
    }, batch)
    onProgress?.(ids.length, inputs.length)
  })
  return ids
}

/** Says which of the inputs it was, as in `17.emails.0.value`. */
const naming = (at: number, act: () => void): void => {
  try {
    act()
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    throw new InvalidValue(error.field === '' ? `${at}` : `${at}.${error.field}`, error.problem)
  }
}
