import { useContact, useContactActions } from 'kith-client/react'
import type { ContactId, ListField } from 'kith-shared'
import { ExternalLink, Mail, Phone } from 'lucide-react'
import { shortName } from '../toast/undo-words.js'
import { useUndoable } from '../toast/use-undoable.js'
import type { BegunEntries } from './entries.js'
import { RemoveEntry } from './remove-entry.js'
import { mailHref, phoneHref, webHref } from './safe-href.js'
import { TextField } from './text-field.js'

type EntryField = Exclude<ListField, 'addresses'>

const KINDS = {
  emails: {
    title: 'Email',
    placeholder: 'name@example.com',
    inputMode: 'email',
    labels: ['Work', 'Home', 'Other'],
    href: mailHref,
    verb: 'Write to',
    icon: <Mail size={15} />,
  },
  phones: {
    title: 'Phone',
    placeholder: '+1 555 0100',
    inputMode: 'tel',
    labels: ['Mobile', 'Work', 'Home', 'Main', 'Other'],
    href: phoneHref,
    verb: 'Call',
    icon: <Phone size={15} />,
  },
  links: {
    title: 'Link',
    placeholder: 'https://',
    inputMode: 'url',
    labels: ['Website', 'Profile', 'Work', 'Other'],
    href: webHref,
    verb: 'Open',
    icon: <ExternalLink size={15} />,
  },
} as const

interface OfList {
  contactId: ContactId
  list: EntryField
  isReadOnly: boolean
}

export const EntryList = (props: OfList & BegunEntries) => {
  const { contactId, list, isReadOnly, begun, drop } = props
  const stored = useContact(contactId, (contact) => contact[list].map((entry) => entry.id)) ?? []
  const ids = [...stored, ...begun.filter((id) => !stored.includes(id))]
  const kind = KINDS[list]
  return (
    <section className="entries" aria-label={`${kind.title}s`}>
      {ids.map((entryId, index) => (
        <EntryRow
          key={entryId}
          {...{ contactId, list, isReadOnly, entryId }}
          name={`${kind.title} ${index + 1}`}
          isBegun={begun.includes(entryId)}
          onRemove={() => drop(entryId)}
        />
      ))}
      <datalist id={`labels-${list}`}>
        {kind.labels.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </section>
  )
}

interface EntryRowProps extends OfList {
  entryId: string
  name: string
  /** Added here by a press of its button: the next key is meant for it. */
  isBegun: boolean
  onRemove: () => void
}

const EntryRow = (props: EntryRowProps) => {
  const { contactId, list, entryId, name, isReadOnly, onRemove } = props
  const entry = useContact(contactId, (contact) => contact[list].find(({ id }) => id === entryId))
  const actions = useContactActions()
  const undoable = useUndoable()
  const kind = KINDS[list]
  const remove = (): void => {
    onRemove()
    if (!entry) return
    const what = entry.value === '' ? name.toLowerCase() : shortName(entry.value)
    undoable(`Removed ${what}`, () => actions.removeEntry(contactId, list, entryId))
  }
  const href = kind.href(entry?.value ?? '')
  return (
    <div className="entry" data-testid="entry">
      <TextField
        className="entry-label"
        {...{ contactId, isReadOnly }}
        path={`${list}/${entryId}/label`}
        label={`${name} label`}
        isLabelHidden
        placeholder={kind.title}
        list={`labels-${list}`}
      />
      <TextField
        className="entry-value"
        {...{ contactId, isReadOnly }}
        path={`${list}/${entryId}/value`}
        label={name}
        isLabelHidden
        placeholder={kind.placeholder}
        inputMode={kind.inputMode}
        takesFocus={props.isBegun}
      />
      {href === undefined ? (
        <span className="icon-space" />
      ) : (
        <a
          className="icon-button"
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${kind.verb} ${entry?.value}`}
        >
          {kind.icon}
        </a>
      )}
      {!isReadOnly && <RemoveEntry name={name} onRemove={remove} />}
    </div>
  )
}
