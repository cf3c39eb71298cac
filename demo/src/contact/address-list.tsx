import { useContact, useContactActions } from 'kith-client/react'
import type { Address, ContactId } from 'kith-shared'
import { X } from 'lucide-react'
import { useState } from 'react'
import { useUndoable } from '../toast/use-undoable.js'
import { newEntryId } from './entry-id.js'
import { AddButton } from './entry-list.js'
import { TextField } from './text-field.js'

const PARTS: readonly { part: Exclude<keyof Address, 'id' | 'label'>; label: string }[] = [
  { part: 'street', label: 'Street' },
  { part: 'postalCode', label: 'Postal code' },
  { part: 'city', label: 'City' },
  { part: 'region', label: 'Region' },
  { part: 'country', label: 'Country' },
]

export const AddressList = (props: { contactId: ContactId; isReadOnly: boolean }) => {
  const { contactId, isReadOnly } = props
  const stored = useContact(contactId, (contact) => contact.addresses.map(({ id }) => id)) ?? []
  const [begun, setBegun] = useState<readonly string[]>([])
  const ids = [...stored, ...begun.filter((id) => !stored.includes(id))]
  return (
    <section className="entries" aria-label="Addresses">
      {ids.map((entryId, index) => (
        <AddressRow
          key={entryId}
          {...{ contactId, isReadOnly, entryId }}
          name={`Address ${index + 1}`}
          onRemove={() => setBegun(begun.filter((id) => id !== entryId))}
        />
      ))}
      {!isReadOnly && (
        <AddButton onClick={() => setBegun([...begun, newEntryId()])}>Add address</AddButton>
      )}
      <datalist id="labels-addresses">
        <option value="Work" />
        <option value="Home" />
        <option value="Other" />
      </datalist>
    </section>
  )
}

interface AddressRowProps {
  contactId: ContactId
  isReadOnly: boolean
  entryId: string
  name: string
  onRemove: () => void
}

const AddressRow = ({ contactId, entryId, name, isReadOnly, onRemove }: AddressRowProps) => {
  const address = useContact(contactId, ({ addresses }) =>
    addresses.find(({ id }) => id === entryId),
  )
  const actions = useContactActions()
  const undoable = useUndoable()
  const remove = (): void => {
    onRemove()
    if (!address) return
    undoable('Removed an address', () => actions.removeEntry(contactId, 'addresses', entryId))
  }
  const shared = { contactId, isReadOnly, isLabelHidden: true }
  return (
    <fieldset className="entry address" data-testid="address">
      <legend className="unseen">{name}</legend>
      <TextField
        {...shared}
        className="entry-label"
        path={`addresses/${entryId}/label`}
        label={`${name} label`}
        placeholder="Label"
        list="labels-addresses"
      />
      <div className="address-parts">
        {PARTS.map(({ part, label }) => (
          <TextField
            key={part}
            {...shared}
            className={`part-${part}`}
            path={`addresses/${entryId}/${part}`}
            label={`${name} ${label.toLowerCase()}`}
            placeholder={label}
          />
        ))}
      </div>
      {!isReadOnly && (
        <button
          type="button"
          className="icon-button"
          aria-label={`Remove ${name.toLowerCase()}`}
          onClick={remove}
        >
          <X aria-hidden="true" size={15} />
        </button>
      )}
    </fieldset>
  )
}
