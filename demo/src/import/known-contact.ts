import type { Workspace } from 'kith-client'
import { type Contact, selectContactIds } from 'kith-shared'
import { aboutOf } from '../export/saved-contact.js'
import type { PlanSource } from './import-plan.js'
import type { KnownContact } from './missing-parts.js'

/** What an import asks of a workspace, and writes into. */
export type ImportTarget = Pick<Workspace, 'doc' | 'contacts' | 'actions' | 'undo' | 'mayEdit'>

export const knownContact = (
  { doc, contacts }: Pick<Workspace, 'doc' | 'contacts'>,
  contact: Contact,
): KnownContact => ({
  contact,
  about: aboutOf(doc, contact.id),
  notes: contacts.notesOf(contact.id),
  hasNote: (id) => contacts.note(id) !== undefined,
})

export const planSource = (workspace: ImportTarget): PlanSource => ({
  contact: (id) => workspace.contacts.contact(id),
  livingIds: selectContactIds(workspace.contacts),
  known: (contact) => knownContact(workspace, contact),
})
