import { Star, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { isNarrowing, NO_FILTER } from './list-filter.js'
import { useListState } from './list-state.js'

/** What the list is narrowed to, in sight as long as it is: each part goes by a click. */
export const FilterLine = () => {
  const { view, filter, setFilter } = useListState()
  if (view !== 'contacts' || !isNarrowing(filter)) return null
  const without = (tag: string) => ({ ...filter, tags: filter.tags.filter((one) => one !== tag) })
  return (
    <ul className="filter-line" aria-label="Active filters">
      {filter.favorites && (
        <Part onRemove={() => setFilter({ ...filter, favorites: false })}>
          <Star aria-hidden="true" size={12} />
          Favourites
        </Part>
      )}
      {filter.tags.length > 1 && (
        <li className="filter-words">{filter.match === 'any' ? 'any of' : 'all of'}</li>
      )}
      {filter.tags.map((tag) => (
        <Part key={tag} onRemove={() => setFilter(without(tag))}>
          <bdi>{tag}</bdi>
        </Part>
      ))}
      <li>
        <button
          type="button"
          className="link-button small"
          onClick={() => {
            setFilter({ ...NO_FILTER, sort: filter.sort })
            focusOnList()
          }}
        >
          Show all
        </button>
      </li>
    </ul>
  )
}

const Part = ({ children, onRemove }: { children: ReactNode; onRemove: () => void }) => (
  <li>
    <button
      type="button"
      className="filter-part"
      title="Remove this filter"
      onClick={() => {
        onRemove()
        focusOnList()
      }}
    >
      <span className="unseen">Remove </span>
      {children}
      <X aria-hidden="true" size={12} />
    </button>
  </li>
)

/** What was pressed is gone, and the keyboard goes on in the list. */
const focusOnList = (): void => document.getElementById('contact-list')?.focus()
