import { type DocumentChange, unreachable } from 'kith-shared'
import type { ActivityDetail } from '../api.js'

/** A change of the document, as a typed event tells it. */
export const activityOf = (change: DocumentChange): ActivityDetail => {
  switch (change.type) {
    case 'contact-created': {
      const { contactId, contact } = change
      return { type: 'contact_created', payload: { contactId, contact } }
    }
    case 'contact-updated': {
      const { contactId, changes } = change
      return { type: 'contact_updated', payload: { contactId, changes } }
    }
    case 'contact-deleted':
      return { type: 'contact_deleted', payload: { contactId: change.contactId } }
    case 'contact-restored':
      return { type: 'contact_restored', payload: { contactId: change.contactId } }
    case 'note-added': {
      const { contactId, note } = change
      return { type: 'note_added', payload: { contactId, note } }
    }
    case 'note-updated': {
      const { contactId, note, before } = change
      return { type: 'note_updated', payload: { contactId, note, before } }
    }
    case 'note-deleted': {
      const { contactId, note } = change
      return { type: 'note_deleted', payload: { contactId, note } }
    }
    default:
      return unreachable(change)
  }
}
