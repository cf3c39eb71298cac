import { NO_FILTER } from './list-filter.js'
import { useListState } from './list-state.js'

/** Nothing is left by the search or the filters: which, and the way back to all. */
export const NoMatch = () => {
  const { view, search, setSearch, filter, setFilter } = useListState()
  const words = search.trim()
  const showAll = (): void => {
    setSearch('')
    if (view === 'contacts') setFilter({ ...NO_FILTER, sort: filter.sort })
    document.getElementById('search')?.focus()
  }
  return (
    <div className="empty">
      <p className="quiet breakable">
        {words === '' ? (
          'No contact fits these filters.'
        ) : (
          <>
            Nothing found for “<bdi>{words.slice(0, 80)}</bdi>”.
          </>
        )}
      </p>
      <button type="button" className="button" onClick={showAll}>
        Show all
      </button>
    </div>
  )
}
