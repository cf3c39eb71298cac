import { ListFilter as FilterIcon, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Popover } from '../dialog/popover.js'
import { withNamed } from './kept-filters.js'
import { isNarrowing, isSameFilter, type ListFilter, NO_FILTER } from './list-filter.js'
import { useListState } from './list-state.js'
import { TagChoice } from './tag-choice.js'

export const FilterMenu = () => {
  const { filter } = useListState()
  const active = filter.tags.length + Number(filter.favorites)
  return (
    <Popover
      label="Filter"
      className={active > 0 ? 'filter-button active' : 'filter-button'}
      title={active > 0 ? `Filter (${active} on)` : 'Filter'}
      button={
        <>
          <FilterIcon aria-hidden="true" size={14} />
          {active > 0 && <span data-testid="active-filters">{active}</span>}
        </>
      }
    >
      {() => <FilterPanel />}
    </Popover>
  )
}

const FilterPanel = () => {
  const { filter, setFilter } = useListState()
  const cleared: ListFilter = { ...NO_FILTER, sort: filter.sort }
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={filter.favorites}
          onChange={(event) => setFilter({ ...filter, favorites: event.target.checked })}
        />
        Favourites only
      </label>
      <TagChoice />
      <SavedFilters />
      <button
        type="button"
        className="link-button flush"
        // Not `disabled`, which would take the focus from it.
        aria-disabled={!isNarrowing(filter)}
        onClick={() => setFilter(cleared)}
      >
        Clear filters
      </button>
    </>
  )
}

const SavedFilters = () => {
  const { filter, setFilter, named, setNamed } = useListState()
  const [name, setName] = useState('')
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (name.trim() === '') return
    setNamed(withNamed(named, name.trim(), filter))
    setName('')
  }
  const isSaved = named.some((one) => isSameFilter(one.filter, filter))
  return (
    <section className="saved-filters" aria-label="Saved filters">
      <ul>
        {named.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              className="saved-filter"
              aria-pressed={isSameFilter(one.filter, filter)}
              onClick={() => setFilter(one.filter)}
            >
              <bdi>{one.name}</bdi>
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={`Forget filter ${one.name}`}
              onClick={() => setNamed(named.filter((other) => other !== one))}
            >
              <X aria-hidden="true" size={14} />
            </button>
          </li>
        ))}
      </ul>
      {isNarrowing(filter) && !isSaved && (
        <form className="save-filter" onSubmit={save}>
          <input
            aria-label="Name of this filter"
            placeholder="Save as…"
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
          />
          <button type="submit" className="button" disabled={name.trim() === ''}>
            Save
          </button>
        </form>
      )}
    </section>
  )
}
