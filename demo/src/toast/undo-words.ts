import type { DocumentIndex, UndoAction } from 'kith-client'
import { fieldName } from 'kith-client/react'
import { type ContactId, unreachable } from 'kith-shared'

/** What an action did, as the rest of a sentence: "deleted Ana", "changed Company of Ana". */
export const undoWords = (action: UndoAction, contacts: DocumentIndex): string => {
  switch (action.type) {
    case 'contact_created':
      return `added ${nameIn(contacts, action.contactId)}`
    case 'contact_deleted':
      return `deleted ${nameIn(contacts, action.contactId)}`
    case 'contact_restored':
      return `restored ${nameIn(contacts, action.contactId)}`
    case 'contact_updated':
      return `changed ${fieldsOf(action.fields)} of ${nameIn(contacts, action.contactId)}`
    case 'note_added':
      return `added a note to ${nameIn(contacts, action.contactId)}`
    case 'note_updated':
      return `changed a note on ${nameIn(contacts, action.contactId)}`
    case 'note_deleted':
      return `deleted a note on ${nameIn(contacts, action.contactId)}`
    case 'note_restored':
      return `restored a note on ${nameIn(contacts, action.contactId)}`
    case 'contacts_created':
      return `added ${count(action.contactIds)}`
    case 'several':
      return `changed ${count(action.contactIds)}`
    default:
      return unreachable(action)
  }
}

/** The contact in which an undo shows; `undefined` where there are several, or none is there now. */
export const placeOfAction = (
  action: UndoAction,
  contacts: DocumentIndex,
): ContactId | undefined => {
  if (!('contactId' in action)) return undefined
  return contacts.contact(action.contactId)?.deletedAt === null ? action.contactId : undefined
}

/** A name as long as a toast can show. */
export const shortName = (name: string): string => {
  const letters = [...name.trim()]
  if (letters.length === 0) return 'a contact without a name'
  return letters.length > MOST ? `${letters.slice(0, MOST - 1).join('')}…` : letters.join('')
}

const MOST = 40

const nameIn = (contacts: DocumentIndex, id: ContactId): string =>
  shortName(contacts.contact(id)?.name ?? '')

const fieldsOf = ([first, ...rest]: readonly string[]): string =>
  first === undefined || rest.length > 0 ? 'several fields' : fieldName(first)

const count = ({ length }: readonly ContactId[]): string =>
  length === 1 ? 'a contact' : `${length.toLocaleString('en')} contacts`
