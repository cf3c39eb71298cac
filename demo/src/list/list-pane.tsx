import type { ContactId } from 'kith-shared'
import { ArrowDownUp, Plus, Search, X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { SelectionBar } from '../selection/selection-bar.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { useToast } from '../toast/toast.js'
import { go } from '../workspace/route.js'
import { useIsSinglePane } from '../workspace/use-is-narrow.js'
import { ContactList } from './contact-list.js'
import { FilterLine } from './filter-line.js'
import { FilterMenu } from './filter-menu.js'
import { SORTS } from './list-filter.js'
import { useListState } from './list-state.js'
import { NoContacts } from './no-contacts.js'

export interface ListPaneProps {
  selected: ContactId | undefined
  onImport: () => void
  onMerge: (ids: readonly ContactId[]) => void
}

export const ListPane = ({ selected, onImport, onMerge }: ListPaneProps) => {
  const { view, ids, isNarrowed, selection } = useListState()
  // Beside a contact it leads there; alone it is what the page is about.
  const Pane = useIsSinglePane() ? 'main' : 'nav'
  return (
    <Pane className="list-pane" aria-label={view === 'deleted' ? 'Deleted contacts' : 'Contacts'}>
      <div className="list-head">
        <SearchField />
        <NewButton />
      </div>
      {selection.picked.size > 0 ? <SelectionBar onMerge={onMerge} /> : <ListFacts />}
      <FilterLine />
      {ids.length === 0 ? (
        <NoContacts view={view} isFiltered={isNarrowed} onImport={onImport} />
      ) : (
        <ContactList selected={selected} />
      )}
    </Pane>
  )
}

const NewButton = () => {
  const whyReadOnly = useWhyReadOnly()
  const toast = useToast()
  return (
    <button
      type="button"
      className="icon-button strong"
      aria-label="New contact"
      aria-disabled={whyReadOnly !== undefined}
      title={whyReadOnly ?? 'New contact (n)'}
      // A touch screen shows no title.
      onClick={() => (whyReadOnly ? toast({ text: whyReadOnly }) : go({ view: 'new' }))}
    >
      <Plus aria-hidden="true" size={18} />
    </button>
  )
}

const ListFacts = () => {
  const { view, ids } = useListState()
  return (
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
      {view === 'contacts' && (
        <span className="list-tools">
          <SortChoice />
          <FilterMenu />
        </span>
      )}
    </div>
  )
}

const countText = (count: number, view: 'contacts' | 'deleted'): string => {
  const number = count.toLocaleString('en')
  if (view === 'deleted') return `${number} deleted`
  return count === 1 ? '1 contact' : `${number} contacts`
}

const SortChoice = () => {
  const { filter, setFilter } = useListState()
  return (
    <span className="sort">
      <ArrowDownUp aria-hidden="true" size={13} />
      <select
        aria-label="Sort by"
        title="Sort by"
        value={filter.sort}
        onChange={({ target }) => {
          const chosen = SORTS.find(({ sort }) => sort === target.value)
          if (chosen) setFilter({ ...filter, sort: chosen.sort })
        }}
      >
        {SORTS.map(({ sort, words }) => (
          <option key={sort} value={sort}>
            {words}
          </option>
        ))}
      </select>
    </span>
  )
}

const SearchField = () => {
  const { search, setSearch } = useListState()
  const onKey = (event: KeyboardEvent): void => {
    // Enter and Escape are the input method's then.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape' && search !== '') {
      event.preventDefault()
      setSearch('')
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
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={onKey}
        autoComplete="off"
        spellCheck={false}
      />
      {search === '' ? (
        <span className="search-key" aria-hidden="true">
          /
        </span>
      ) : (
        <button
          type="button"
          aria-label="Clear search"
          title="Clear search (Esc)"
          onClick={() => {
            setSearch('')
            document.getElementById('search')?.focus()
          }}
        >
          <X aria-hidden="true" size={14} />
        </button>
      )}
    </search>
  )
}
