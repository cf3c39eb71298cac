import { useContactIds, useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useDeferredValue,
  useMemo,
  useState,
} from 'react'
import { amongListed, NOTHING_PICKED, type Selection } from '../selection/selection.js'
import { type NamedFilter, readFilters, writeFilters } from './kept-filters.js'
import { isNarrowing, type ListFilter, NO_FILTER, queryOf } from './list-filter.js'
import { useByChange } from './use-by-change.js'

/** What the list shows, for itself and for keys and commands that act on it. */
export interface ListState {
  readonly view: 'contacts' | 'deleted'
  /** In the list's order. */
  readonly ids: readonly ContactId[]
  readonly search: string
  setSearch(search: string): void
  readonly filter: ListFilter
  setFilter(filter: ListFilter): void
  readonly named: readonly NamedFilter[]
  setNamed(named: readonly NamedFilter[]): void
  /** Whether contacts are left out by a search or filter. */
  readonly isNarrowed: boolean
  readonly selection: Selection
  setSelection(change: (now: Selection) => Selection): void
}

const NONE: ListState = {
  view: 'contacts',
  ids: [],
  search: '',
  setSearch: () => undefined,
  filter: NO_FILTER,
  setFilter: () => undefined,
  named: [],
  setNamed: () => undefined,
  isNarrowed: false,
  selection: NOTHING_PICKED,
  setSelection: () => undefined,
}

const Context = createContext<ListState>(NONE)

export const useListState = (): ListState => useContext(Context)

export interface ListStateProps {
  userId: string
  workspaceId: string
  view: 'contacts' | 'deleted'
  children: ReactNode
}

export const ListStateProvider = ({ userId, workspaceId, view, children }: ListStateProps) => {
  const [search, setSearch] = useState('')
  const kept = useKeptFilters(userId, workspaceId)
  // Typing stays ahead of a list of thousands.
  const wanted = useDeferredValue(search).trim()
  const ids = useListedIds(view, wanted, kept.filter)
  const [chosen, setChosen] = useState({ view, selection: NOTHING_PICKED })
  const selection = useMemo(
    () => (chosen.view === view ? amongListed(chosen.selection, ids) : NOTHING_PICKED),
    [chosen, view, ids],
  )
  const setSelection = useCallback(
    (change: (now: Selection) => Selection) => setChosen({ view, selection: change(selection) }),
    [view, selection],
  )
  const isNarrowed = wanted !== '' || (view === 'contacts' && isNarrowing(kept.filter))
  const state = useMemo(
    () => ({ view, ids, search, setSearch, ...kept, isNarrowed, selection, setSelection }),
    [view, ids, search, kept, isNarrowed, selection, setSelection],
  )
  return <Context.Provider value={state}>{children}</Context.Provider>
}

/** Deleted contacts are few and looked for by name: filters are for the others. */
const useListedIds = (
  view: ListState['view'],
  search: string,
  filter: ListFilter,
): readonly ContactId[] => {
  const words = search === '' ? {} : { search }
  const query = view === 'deleted' ? { deleted: true } : queryOf(filter)
  const ids = useContactIds({ ...query, ...words })
  return useByChange(useWorkspace(), ids, view === 'contacts' && filter.sort === 'changed')
}

const useKeptFilters = (userId: string, workspaceId: string) => {
  const [kept, setKept] = useState(() => readFilters(userId, workspaceId))
  return useMemo(() => {
    const keep = (next: typeof kept): void => {
      setKept(next)
      writeFilters(userId, workspaceId, next)
    }
    return {
      filter: kept.last,
      setFilter: (last: ListFilter) => keep({ ...kept, last }),
      named: kept.named,
      setNamed: (named: readonly NamedFilter[]) => keep({ ...kept, named }),
    }
  }, [kept, userId, workspaceId])
}
