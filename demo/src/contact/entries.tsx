import type { ContactId, ListField } from 'kith-shared'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { AddressList } from './address-list.js'
import { newEntryId } from './entry-id.js'
import { EntryList } from './entry-list.js'

const LISTS: readonly { list: ListField; word: string }[] = [
  { list: 'emails', word: 'Email' },
  { list: 'phones', word: 'Phone' },
  { list: 'addresses', word: 'Address' },
  { list: 'links', word: 'Link' },
]

/** Of each list, what was added here and has no letter yet: it is in the document with its first. */
export interface BegunEntries {
  /** Ids, the newest last. */
  begun: readonly string[]
  drop: (entryId: string) => void
}

const NOTHING_BEGUN: Record<ListField, readonly string[]> = {
  emails: [],
  phones: [],
  addresses: [],
  links: [],
}

/** The ways to reach somebody, and one row of buttons that add another. */
export const Entries = (props: { contactId: ContactId; isReadOnly: boolean }) => {
  const [begun, setBegun] = useState(NOTHING_BEGUN)
  const of = (list: ListField): BegunEntries => ({
    begun: begun[list],
    drop: (entryId) =>
      setBegun((now) => ({ ...now, [list]: now[list].filter((id) => id !== entryId) })),
  })
  const add = (list: ListField): void =>
    setBegun((now) => ({ ...now, [list]: [...now[list], newEntryId()] }))
  return (
    <div className="entry-lists" data-rows="">
      <EntryList {...props} list="emails" {...of('emails')} />
      <EntryList {...props} list="phones" {...of('phones')} />
      <AddressList {...props} {...of('addresses')} />
      <EntryList {...props} list="links" {...of('links')} />
      {!props.isReadOnly && (
        <div className="entry-adds">
          {LISTS.map(({ list, word }) => (
            <button
              key={list}
              type="button"
              className="add-button"
              data-adds=""
              aria-label={`Add ${word.toLowerCase()}`}
              onClick={() => add(list)}
            >
              <Plus aria-hidden="true" size={15} />
              {word}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
