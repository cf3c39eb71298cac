import type { Contact, ContactId, Note } from 'kith-shared'
import type { Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import { useValue } from './use-value.js'

/** Everything that the document says, whoever changed it. */
export const onContacts = (workspace: Workspace, changed: () => void): (() => void) =>
  workspace.contacts.subscribe(changed)

const itself = (contact: Contact): unknown => contact

/**
 * A contact, or what `select` takes of it; `undefined` where there is no such contact. Deleted
 * contacts are there, with their `deletedAt`. Renders only when what is taken changes: `select` may
 * be written inline and build an object or array of parts.
 */
export function useContact(id: ContactId | undefined): Contact | undefined
export function useContact<Selected>(
  id: ContactId | undefined,
  select: (contact: Contact) => Selected,
): Selected | undefined
export function useContact(
  id: ContactId | undefined,
  select: (contact: Contact) => unknown = itself,
): unknown {
  const read = (workspace: Workspace): unknown => {
    const contact = id === undefined ? undefined : workspace.contacts.contact(id)
    return contact === undefined ? undefined : select(contact)
  }
  return useValue<Workspace, unknown>(useWorkspace(), onContacts, read, undefined, shallowEqual)
}

const NO_NOTES: readonly Note[] = []

/** The notes of a contact, newest first, without the deleted ones; the same array until they change. */
export const useNotes = (contactId: ContactId | undefined): readonly Note[] => {
  const read = (workspace: Workspace): readonly Note[] =>
    contactId === undefined ? NO_NOTES : workspace.contacts.notesOf(contactId)
  return useValue(useWorkspace(), onContacts, read, NO_NOTES)
}
