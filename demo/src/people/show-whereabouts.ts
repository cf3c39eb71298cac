import type { Workspace } from 'kith-client'
import { replaceRoute } from '../workspace/route.js'
import type { Whereabouts } from './whereabouts.js'

/** Opens the contact, if it is here, and brings the field into sight; the focus stays where it is. */
export const showWhereabouts = ({ contacts }: Workspace, { contactId, field }: Whereabouts) => {
  const contact = contacts.contact(contactId)
  if (contact === undefined) return
  // No step for the back button: I did not go there.
  replaceRoute({ view: contact.deletedAt === null ? 'contacts' : 'deleted', contactId })
  if (field === undefined) return
  // The contact is drawn by then.
  requestAnimationFrame(() => {
    elementOf(contactId, field)?.scrollIntoView({ block: 'center', behavior: behaviour() })
  })
}

const elementOf = (contactId: string, field: string): Element | null =>
  document.querySelector(`[data-kith-field="${CSS.escape(`${contactId}/${field}`)}"]`)

const behaviour = (): ScrollBehavior =>
  matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'
