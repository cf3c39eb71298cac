import { useContact, useContactActions } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { RotateCcw, Star, Trash2 } from 'lucide-react'
import { initialsOf } from '../people/avatar.js'
import { useToast } from '../toast/toast.js'
import { go } from '../workspace/route.js'
import { Picture } from './picture.js'
import { TextField } from './text-field.js'

export interface ContactHeadProps {
  contactId: ContactId
  isReadOnly: boolean
  deletedAt: number | null
  view: 'contacts' | 'deleted'
}

export const ContactHead = ({ contactId, isReadOnly, deletedAt, view }: ContactHeadProps) => {
  const shown = useContact(contactId, ({ name, avatarUrl, favorite }) => ({
    name,
    avatarUrl,
    favorite,
  }))
  const actions = useContactActions()
  const toast = useToast()
  const name = shown?.name || 'this contact'
  const remove = (): void => {
    actions.deleteContact(contactId)
    go({ view, contactId: undefined })
    toast({
      text: `Deleted ${name}`,
      action: {
        label: 'Undo',
        run: () => {
          actions.restoreContact(contactId)
          go({ view: 'contacts', contactId })
        },
      },
    })
  }
  const restore = (): void => {
    actions.restoreContact(contactId)
    go({ view: 'contacts', contactId })
    toast({ text: `Restored ${name}` })
  }
  return (
    <>
      <header className="contact-head">
        <Picture url={shown?.avatarUrl ?? ''} initials={initialsOf(shown?.name ?? '')} />
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
        {!isReadOnly && (
          <>
            <button
              type="button"
              className="icon-button"
              aria-label="Favourite"
              aria-pressed={shown?.favorite ?? false}
              title="Favourite"
              onClick={() => actions.setField(contactId, 'favorite', !shown?.favorite)}
            >
              <Star aria-hidden="true" size={18} className={shown?.favorite ? 'star' : undefined} />
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label="Delete contact"
              title="Delete contact"
              onClick={remove}
            >
              <Trash2 aria-hidden="true" size={18} />
            </button>
          </>
        )}
      </header>
      {deletedAt !== null && (
        <p className="notice" role="status">
          <span>
            Deleted {new Date(deletedAt).toLocaleString(undefined, { dateStyle: 'medium' })}
          </span>
          <button type="button" className="button" onClick={restore}>
            <RotateCcw aria-hidden="true" size={15} />
            Restore
          </button>
        </p>
      )}
    </>
  )
}
