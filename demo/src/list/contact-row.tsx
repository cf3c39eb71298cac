import { initialsOf, useContact, useOthers } from 'kith-client/react'
import { type Contact, type ContactId, colorOf } from 'kith-shared'
import { Check, Star } from 'lucide-react'
import { type MouseEvent, memo } from 'react'
import { dayWords } from '../workspaces/time-words.js'

/** How a row was clicked: to open it, to pick it, or to pick all up to it. */
export type RowClick = 'open' | 'pick' | 'range'

export interface ContactRowProps {
  id: ContactId
  /** Pixels from the top of the list. */
  top: number
  index: number
  count: number
  isSelected: boolean
  isPicked: boolean
  /** Something is picked: a click on a picture picks, and shows so. */
  isPicking: boolean
  onClick: (id: ContactId, click: RowClick) => void
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
      data-current={props.isSelected ? '' : undefined}
      data-picked={props.isPicked ? '' : undefined}
      data-picking={props.isPicking ? '' : undefined}
      aria-selected={props.isPicking ? props.isPicked : props.isSelected}
      aria-posinset={props.index + 1}
      aria-setsize={props.count}
      style={{ transform: `translateY(${props.top}px)` }}
      onMouseDown={(event) => {
        // Else shift marks the text between.
        if (event.shiftKey) event.preventDefault()
      }}
      onClick={(event) => props.onClick(id, clickOf(event))}
    >
      <span className="monogram" aria-hidden="true" data-pick="">
        <span className="initials">{initialsOf(shown.name)}</span>
        <Check className="pick-mark" size={18} />
      </span>
      <span className="row-text">
        <span className="row-name">
          <bdi>{shown.name || 'No name'}</bdi>
          {shown.favorite && <Star className="star" role="img" aria-label="Favourite" size={13} />}
        </span>
        {/* Also where it is empty: what somebody else fills in moves nothing. */}
        <span className="row-detail">{shown.detail !== '' && <bdi>{shown.detail}</bdi>}</span>
      </span>
      <InIt id={id} />
    </div>
  )
})

const clickOf = (event: MouseEvent): RowClick => {
  if (event.shiftKey) return 'range'
  const isOnPicture = event.target instanceof Element && event.target.closest('[data-pick]')
  return event.ctrlKey || event.metaKey || isOnPicture ? 'pick' : 'open'
}

/** More than a row can show; past it a layout only costs. */
const SHOWN = 200

const shownOf = (contact: Contact) => ({
  name: contact.name.slice(0, SHOWN),
  favorite: contact.favorite,
  detail: detailOf(contact).slice(0, SHOWN),
})

const detailOf = ({ deletedAt, mergedInto, company, emails, phones }: Contact): string => {
  if (deletedAt !== null) return `Deleted ${dayWords(deletedAt)}`
  if (mergedInto !== null) return 'Merged into another contact'
  return company || emails[0]?.value || phones[0]?.value || ''
}

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
