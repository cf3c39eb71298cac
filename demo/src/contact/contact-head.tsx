import { initialsOf, useContact, useContactActions } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { RotateCcw, Star, Trash2 } from 'lucide-react'
import type { MouseEvent } from 'react'
import { focusList, focusListByKey } from '../focus/focus-list.js'
import { useMayWrite } from '../session/use-may-write.js'
import { shortName } from '../toast/undo-words.js'
import { useUndoable } from '../toast/use-undoable.js'
import { go } from '../workspace/route.js'
import { Picture } from './picture.js'
import { QuickWays } from './quick-ways.js'
import { TextField } from './text-field.js'

export interface ContactHeadProps {
  contactId: ContactId
  isReadOnly: boolean
  deletedAt: number | null
  view: 'contacts' | 'deleted'
}

export const ContactHead = ({ contactId, isReadOnly, deletedAt, view }: ContactHeadProps) => {
  const shown = useContact(contactId, ({ name, avatarUrl }) => ({ name, avatarUrl }))
  const name = shortName(shown?.name ?? '')
  return (
    <>
      <header className="contact-head">
        <Picture url={shown?.avatarUrl ?? ''} initials={initialsOf(shown?.name ?? '')} />
        <div className="head-text">
          <TextField
            id="contact-name"
            className="name-field"
            contactId={contactId}
            path="name"
            label="Name"
            isLabelHidden
            isReadOnly={isReadOnly}
            placeholder="Name"
          />
          <QuickWays contactId={contactId} />
        </div>
        {!isReadOnly && (
          <>
            <FavoriteButton contactId={contactId} />
            <DeleteButton contactId={contactId} name={name} view={view} />
          </>
        )}
      </header>
      {deletedAt !== null && <Deleted contactId={contactId} name={name} deletedAt={deletedAt} />}
    </>
  )
}

const FavoriteButton = ({ contactId }: { contactId: ContactId }) => {
  const isFavorite = useContact(contactId, (contact) => contact.favorite) ?? false
  const actions = useContactActions()
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Favourite"
      aria-pressed={isFavorite}
      title="Favourite"
      onClick={() => actions.setField(contactId, 'favorite', !isFavorite)}
    >
      <Star aria-hidden="true" size={18} className={isFavorite ? 'star' : undefined} />
    </button>
  )
}

const DeleteButton = (props: Pick<ContactHeadProps, 'contactId' | 'view'> & { name: string }) => {
  const { contactId, name, view } = props
  const actions = useContactActions()
  const undoable = useUndoable()
  const remove = (): void => {
    undoable(`Deleted ${name}`, () => actions.deleteContact(contactId))
    go({ view, contactId: undefined })
    focusList()
  }
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Delete contact"
      title="Delete contact"
      onClick={remove}
    >
      <Trash2 aria-hidden="true" size={18} />
    </button>
  )
}

const Deleted = (props: { contactId: ContactId; name: string; deletedAt: number }) => {
  const { contactId, name } = props
  const actions = useContactActions()
  const mayRestore = useMayWrite()
  const undoable = useUndoable()
  const restore = (event: MouseEvent): void => {
    undoable(`Restored ${name}`, () => actions.restoreContact(contactId))
    go({ view: 'contacts', contactId })
    focusListByKey(event)
  }
  const day = new Date(props.deletedAt).toLocaleString(undefined, { dateStyle: 'medium' })
  return (
    <p className="notice" role="status">
      <span>Deleted {day}</span>
      {mayRestore && (
        <button type="button" className="button" onClick={restore}>
          <RotateCcw aria-hidden="true" size={15} />
          Restore
        </button>
      )}
    </p>
  )
}
