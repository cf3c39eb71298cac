import type { ContactQuery } from 'kith-shared'

export type ListSort = 'name' | 'company' | 'created' | 'changed'

/** What the list shows, the words searched for aside, and in which order. */
export interface ListFilter {
  readonly tags: readonly string[]
  readonly match: 'all' | 'any'
  readonly favorites: boolean
  readonly sort: ListSort
}

export const SORTS: readonly { sort: ListSort; words: string }[] = [
  { sort: 'name', words: 'Name' },
  { sort: 'company', words: 'Company' },
  { sort: 'changed', words: 'Recently changed' },
  { sort: 'created', words: 'Recently added' },
]

export const NO_FILTER: ListFilter = { tags: [], match: 'all', favorites: false, sort: 'name' }

/** Whether it leaves contacts out; an order alone does not. */
export const isNarrowing = (filter: ListFilter): boolean =>
  filter.favorites || filter.tags.length > 0

/** The library knows no times of changes: those are put in order afterwards. */
export const queryOf = (filter: ListFilter): ContactQuery => ({
  ...(filter.tags.length === 0 ? {} : { tags: filter.tags, matchTags: filter.match }),
  ...(filter.favorites ? { favorite: true } : {}),
  sort: filter.sort === 'changed' ? 'created' : filter.sort,
})

export const isSameFilter = (a: ListFilter, b: ListFilter): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

/** Total: storage holds what an earlier version wrote, or anything else. */
export const readFilter = (value: unknown): ListFilter | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { tags, match, favorites, sort }: Partial<Record<keyof ListFilter, unknown>> = value
  return {
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    match: match === 'any' ? 'any' : 'all',
    favorites: favorites === true,
    sort: SORTS.find((known) => known.sort === sort)?.sort ?? 'name',
  }
}
