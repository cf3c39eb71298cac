import { useContactIds } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { Plus, Search, X } from 'lucide-react'
import { type KeyboardEvent, useDeferredValue, useState } from 'react'
import { go } from '../workspace/route.js'
import { ContactList } from './contact-list.js'
import { NoContacts } from './no-contacts.js'
import { useTags } from './use-tags.js'

export interface ListPaneProps {
  view: 'contacts' | 'deleted'
  selected: ContactId | undefined
  onImport: () => void
}

export const ListPane = ({ view, selected, onImport }: ListPaneProps) => {
  const [search, setSearch] = useState('')
  const [tag, setTag] = useState('')
  // Typing stays ahead of a list of thousands.
  const wanted = useDeferredValue(search)
  const ids = useContactIds({
    deleted: view === 'deleted',
    ...(wanted.trim() === '' ? {} : { search: wanted }),
    ...(tag === '' ? {} : { tag }),
  })
  const isFiltered = wanted.trim() !== '' || tag !== ''
  return (
    <nav className="list-pane" aria-label={view === 'deleted' ? 'Deleted contacts' : 'Contacts'}>
      <div className="list-head">
        <SearchField value={search} onChange={setSearch} />
        <button
          type="button"
          className="icon-button strong"
          aria-label="New contact"
          title="New contact (n)"
          onClick={() => go({ view: 'new' })}
        >
          <Plus aria-hidden="true" size={18} />
        </button>
      </div>
      <div className="list-facts">
        <span data-testid="count">
          {countText(ids.length, view)}
          {view === 'deleted' && (
            <button
              type="button"
              className="link-button"
              onClick={() => go({ view: 'contacts', contactId: undefined })}
            >
              Back to all
            </button>
          )}
        </span>
        <TagFilter value={tag} onChange={setTag} />
      </div>
      {ids.length === 0 ? (
        <NoContacts view={view} isFiltered={isFiltered} onImport={onImport} />
      ) : (
        <ContactList ids={ids} view={view} selected={selected} />
      )}
    </nav>
  )
}

const countText = (count: number, view: ListPaneProps['view']): string => {
  const number = count.toLocaleString('en')
  if (view === 'deleted') return `${number} deleted`
  return count === 1 ? '1 contact' : `${number} contacts`
}

const SearchField = (props: { value: string; onChange: (value: string) => void }) => {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && props.value !== '') {
      event.preventDefault()
      props.onChange('')
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault()
      document.getElementById('contact-list')?.focus()
    }
  }
  return (
    <search className="search">
      <Search aria-hidden="true" size={16} />
      <input
        id="search"
        aria-label="Search contacts"
        placeholder="Search"
        title="Search (/)"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={onKey}
        autoComplete="off"
        spellCheck={false}
      />
      {props.value !== '' && (
        <button type="button" aria-label="Clear search" onClick={() => props.onChange('')}>
          <X aria-hidden="true" size={14} />
        </button>
      )}
    </search>
  )
}

const TagFilter = (props: { value: string; onChange: (tag: string) => void }) => {
  const tags = useTags()
  // A chosen tag stays choosable when the last contact lost it, else the list seems broken.
  const all = props.value === '' || tags.includes(props.value) ? tags : [...tags, props.value]
  return (
    <select
      aria-label="Filter by tag"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      <option value="">All tags</option>
      {all.map((tag) => (
        <option key={tag} value={tag}>
          {tag}
        </option>
      ))}
    </select>
  )
}
