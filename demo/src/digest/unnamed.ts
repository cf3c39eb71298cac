/** What came as a whole while one was away: what this device held, against what it holds. Pure. */
import type { CaughtUp } from 'kith-client'
import { became, type ContactNews, contactNews, MAX_CONTACTS, merged } from './contact-news.js'

/** What nobody knows the authors of any more. */
export interface UnnamedNews {
  /** `MAX_CONTACTS` at most. */
  contacts: ContactNews[]
  /** Of how many contacts became what, those beyond the list counted too. */
  counts: Record<ContactNews['what'], number>
}

export const totalOf = ({ counts }: UnnamedNews): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

type What = ContactNews['what']

export const unnamedOf = (changes: CaughtUp['changes']): UnnamedNews => {
  const whats = new Map<string, What>()
  const kept = new Map<string, ContactNews>()
  const neverSeen = new Set<string>()
  for (const change of changes) {
    const next = contactNews(change)
    const { contactId } = next
    if (change.type === 'contact_created' && next.what === 'deleted') neverSeen.add(contactId)
    if (neverSeen.has(contactId)) continue
    const earlier = whats.get(contactId)
    const what = earlier === undefined ? next.what : became(earlier, next.what)
    if (what === undefined) {
      whats.delete(contactId)
      kept.delete(contactId)
      continue
    }
    whats.set(contactId, what)
    const listed = kept.get(contactId)
    const both = listed ? merged(listed, next) : next
    if (both && (listed || kept.size < MAX_CONTACTS)) kept.set(contactId, both)
  }
  const counts = noCounts()
  for (const what of whats.values()) counts[what]++
  return { contacts: [...kept.values()], counts }
}

const noCounts = (): UnnamedNews['counts'] => ({ created: 0, changed: 0, deleted: 0, restored: 0 })

/** A contact that both list is one; of those beyond the lists nobody can tell. */
export const joinedUnnamed = (
  older: UnnamedNews | undefined,
  newer: UnnamedNews | undefined,
): UnnamedNews | undefined => {
  if (!older || !newer) return older ?? newer
  const counts = noCounts()
  for (const what of ['created', 'changed', 'deleted', 'restored'] as const) {
    counts[what] = older.counts[what] + newer.counts[what]
  }
  const contacts = new Map(older.contacts.map((one) => [one.contactId, one]))
  for (const later of newer.contacts) {
    const earlier = contacts.get(later.contactId)
    if (!earlier) {
      if (contacts.size < MAX_CONTACTS) contacts.set(later.contactId, later)
      continue
    }
    counts[earlier.what]--
    counts[later.what]--
    const both = merged(earlier, later)
    if (both) {
      counts[both.what]++
      contacts.set(both.contactId, both)
    } else contacts.delete(later.contactId)
  }
  return { contacts: [...contacts.values()], counts }
}
