import { initialsOf, useContact, useOthers } from 'kith-client/react'
import { type Contact, type ContactId, colorOf } from 'kith-shared'
import { Star } from 'lucide-react'
import { memo } from 'react'

export interface ContactRowProps {
  id: ContactId
  /** Pixels from the top of the list. */
  top: number
  index: number
  count: number
  isSelected: boolean
  onSelect: (id: ContactId) => void
}

export const rowId = (id: ContactId): string => `row-${id}`

export const ContactRow = memo((props: ContactRowProps) => {
  const { id } = props
  const shown = useContact(id, shownOf)
  if (!shown) return null
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list itself has the focus
    <div
      className="row"
      role="option"
      id={rowId(id)}
      data-testid="contact-row"
      aria-selected={props.isSelected}
      aria-posinset={props.index + 1}
      aria-setsize={props.count}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={() => props.onSelect(id)}
    >
      <span className="monogram" aria-hidden="true">
        {initialsOf(shown.name)}
      </span>
      <span className="row-text">
        <span className="row-name">
          {shown.name || 'No name'}
          {shown.favorite && <Star className="star" aria-label="Favourite" size={13} />}
        </span>
        <span className="row-detail">{shown.detail}</span>
      </span>
      <InIt id={id} />
    </div>
  )
})

const shownOf = (contact: Contact) => ({
  name: contact.name,
  favorite: contact.favorite,
  detail: contact.company || contact.emails[0]?.value || contact.phones[0]?.value || '',
})

/** Who is in this contact just now. Apart from the row, which a caret elsewhere never renders. */
const InIt = ({ id }: { id: ContactId }) => {
  const [first, ...rest] = useOthers((others) =>
    others.filter((other) => other.editing?.contactId === id).map(({ user }) => user.name),
  )
  const userId = useOthers(
    (others) => others.find((other) => other.editing?.contactId === id)?.user.id,
  )
  if (first === undefined || userId === undefined) return null
  const says = rest.length > 0 ? `${first} and ${rest.length} more are here` : `${first} is here`
  return (
    <span
      className="row-marker"
      role="img"
      aria-label={says}
      title={says}
      data-testid="row-marker"
      style={{ backgroundColor: colorOf(userId) }}
    >
      {initialsOf(first)}
    </span>
  )
}
