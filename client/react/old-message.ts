import {
  type ContactId,
  type ContactInput,
  createContact,
  InvalidValue,
  idFromBytes,
  isContactId,
  type ScalarChanges,
  unreachable,
} from 'kith-shared'
import type { Workspace } from '../index.js'
import { assertCanWrite } from './assert-can-write.js'

/** A contact to create; one that brings its id keeps it. */
export type CreatedContact = ContactInput & { id?: string }

/**
 * A message of the first protocol. Fields by type: `contact_created` { contact },
 * `contact_updated` { contactId, changes }, `contact_deleted` { contactId },
 * `note_added` { contactId, note: a text or { body } }, `typing` { contactId, field, isTyping },
 * `cursor_position` { contactId, field, position }, `ping` {}. They may lie in `payload` too, and
 * be spelled with underscores (`contact_id`).
 */
export interface OldMessage {
  type:
    | 'contact_created'
    | 'contact_updated'
    | 'contact_deleted'
    | 'note_added'
    | 'typing'
    | 'cursor_position'
    | 'ping'
  [field: string]: unknown
}

/**
 * Does what a message meant: the document and the presence carry it, nothing is sent as such.
 *
 * @throws InvalidValue where a field is missing or not taken, ReadOnlyError for a viewer; nothing
 * is changed then
 */
export const obey = (workspace: Workspace, message: OldMessage): void => {
  const { actions } = workspace
  const fields = fieldsOf(message)
  const contactId = (): ContactId => idIn(fields.contactId)
  const field = (): string => textIn(fields.field, 'field')
  switch (message.type) {
    case 'contact_created':
      // The schema checks what is in it, here and in the next case.
      create(workspace, partsOf(fields.contact) as unknown as CreatedContact)
      break
    case 'contact_updated':
      actions.updateContact(contactId(), partsOf(fields.changes) as ScalarChanges)
      break
    case 'contact_deleted':
      actions.deleteContact(contactId())
      break
    case 'note_added':
      addNote(workspace, contactId(), fields.note)
      break
    case 'typing':
      actions.setTyping(contactId(), field(), fields.isTyping === true)
      break
    case 'cursor_position':
      workspace.awareness.setLocalStateField('cursor', {
        contactId: contactId(),
        field: field(),
        position: fields.position ?? null,
      })
      break
    case 'ping':
      // The connection keeps itself alive.
      break
    default:
      unreachable(message.type)
  }
}

const create = (workspace: Workspace, { id, ...input }: CreatedContact): void => {
  if (id === undefined) {
    workspace.actions.createContact(input)
    return
  }
  assertCanWrite(workspace)
  const newId = (): string => idFromBytes(crypto.getRandomValues(new Uint8Array(16)))
  createContact(workspace.doc, idIn(id), input, { now: Date.now(), newId })
}

const addNote = (workspace: Workspace, contactId: ContactId, note: unknown): void => {
  const body = typeof note === 'string' ? note : partsOf(note).body
  workspace.actions.addNote(contactId, textIn(body, 'note'))
}

const fieldsOf = ({ payload, ...rest }: OldMessage): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...partsOf(payload), ...rest }).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )

const partsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const idIn = (value: unknown): ContactId => {
  if (isContactId(value)) return value
  throw new InvalidValue('contactId', 'format')
}

const textIn = (value: unknown, field: string): string => {
  if (typeof value === 'string') return value
  throw new InvalidValue(field, 'type')
}
