import type { ContactId } from '../ids.js'
import type { Contact } from './contact.js'

/** What gives contacts by id, such as a `DocumentIndex`. */
export interface ContactSource {
  contact(id: ContactId): Contact | undefined
}

/**
 * The contact that stands for this one since they were merged; `undefined` for one that stands for
 * itself. Follows merges of merges. Where two people merged the same contacts the other way round,
 * the one of them with the lowest id stands, on every device.
 */
export const mergedInto = (contacts: ContactSource, id: ContactId): ContactId | undefined => {
  const path: ContactId[] = []
  let at: Contact | undefined = contacts.contact(id)
  while (at && !path.includes(at.id)) {
    path.push(at.id)
    if (at.mergedInto === null) break
    // A contact's id by where it is looked up.
    const next: Contact | undefined = contacts.contact(at.mergedInto as ContactId)
    if (!next) break
    at = next
  }
  if (!at) return undefined
  const circle = at.id === path.at(-1) ? [at.id] : path.slice(path.indexOf(at.id)).sort()
  const standing = circle[0]
  return standing === id ? undefined : standing
}
