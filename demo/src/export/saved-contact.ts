import type { Workspace } from 'kith-client'
import { aboutText, type Contact, type ContactId, type Note, selectContactIds } from 'kith-shared'

/** A contact with all that belongs to it, as every export is made of. */
export interface SavedContact {
  contact: Contact
  /** The long text. */
  about: string
  /** Oldest first, without deleted ones. */
  notes: readonly Note[]
}

/** Those of `ids`, or all that are neither deleted nor merged into another. */
export const savedContacts = (
  { doc, contacts }: Pick<Workspace, 'doc' | 'contacts'>,
  ids: readonly ContactId[] = selectContactIds(contacts),
): SavedContact[] =>
  ids.flatMap((id) => {
    const contact = contacts.contact(id)
    if (!contact) return []
    const notes = contacts.notesOf(id).filter(({ deletedAt }) => deletedAt === null)
    return [{ contact, about: aboutOf(doc, id), notes: notes.toReversed() }]
  })

/** Asked for by its root's name: `getText` would make one for each contact without. */
export const aboutOf = (doc: Workspace['doc'], id: ContactId): string =>
  doc.share.has(`about/${id}`) ? aboutText(doc, id).toString() : ''
