import { useContact, useContactActions } from 'kith-client/react'
import type { Address, ContactId } from 'kith-shared'
import { useUndoable } from '../toast/use-undoable.js'
import type { BegunEntries } from './entries.js'
import { RemoveEntry } from './remove-entry.js'
import { TextField } from './text-field.js'

const PARTS: readonly { part: Exclude<keyof Address, 'id' | 'label'>; label: string }[] = [
  { part: 'street', label: 'Street' },
  { part: 'postalCode', label: 'Postal code' },
  { part: 'city', label: 'City' },
  { part: 'region', label: 'Region' },
  { part: 'country', label: 'Country' },
]

export const AddressList = (
  props: { contactId: ContactId; isReadOnly: boolean } & BegunEntries,
) => {
  const { contactId, isReadOnly, begun, drop } = props
  const stored = useContact(contactId, (contact) => contact.addresses.map(({ id }) => id)) ?? []
  const ids = [...stored, ...begun.filter((id) => !stored.includes(id))]
  return (
    <section className="entries" aria-label="Addresses">
      {ids.map((entryId, index) => (
        <AddressRow
          key={entryId}
          {...{ contactId, isReadOnly, entryId }}
          name={`Address ${index + 1}`}
          isBegun={begun.includes(entryId)}
          onRemove={() => drop(entryId)}
        />
      ))}
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
  isBegun: boolean
  onRemove: () => void
}

const AddressRow = (props: AddressRowProps) => {
  const { contactId, entryId, name, isReadOnly, onRemove } = props
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
        placeholder="Address"
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
            takesFocus={props.isBegun && part === 'street'}
          />
        ))}
      </div>
      {!isReadOnly && <RemoveEntry name={name} onRemove={remove} />}
    </fieldset>
  )
}
