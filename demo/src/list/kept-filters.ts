/** The filter used last and those with a name: on this device, of one person in one workspace. */
import { type ListFilter, NO_FILTER, readFilter } from './list-filter.js'

export interface NamedFilter {
  readonly name: string
  readonly filter: ListFilter
}

export interface KeptFilters {
  readonly last: ListFilter
  readonly named: readonly NamedFilter[]
}

const MAX_NAMED = 50
const NOTHING: KeptFilters = { last: NO_FILTER, named: [] }

/** As JSON, since either id may hold whatever separates them. */
const keyOf = (userId: string, workspaceId: string): string =>
  `kith.filters ${JSON.stringify([userId, workspaceId])}`

export const readFilters = (userId: string, workspaceId: string): KeptFilters => {
  try {
    return parseFilters(JSON.parse(localStorage.getItem(keyOf(userId, workspaceId)) ?? 'null'))
  } catch {
    return NOTHING
  }
}

export const writeFilters = (userId: string, workspaceId: string, kept: KeptFilters): void => {
  try {
    localStorage.setItem(keyOf(userId, workspaceId), JSON.stringify(kept))
  } catch {
    // Blocked or full: filters then last as long as the page.
  }
}

/** For who takes a workspace off this device. */
export const forgetFilters = (userId: string, workspaceId: string): void => {
  try {
    localStorage.removeItem(keyOf(userId, workspaceId))
  } catch {
    // Blocked: then nothing was kept.
  }
}

export const parseFilters = (value: unknown): KeptFilters => {
  if (typeof value !== 'object' || value === null) return NOTHING
  const { last, named }: { last?: unknown; named?: unknown } = value
  return {
    last: readFilter(last) ?? NO_FILTER,
    named: Array.isArray(named) ? named.flatMap(readNamed).slice(0, MAX_NAMED) : [],
  }
}

const readNamed = (value: unknown): NamedFilter[] => {
  if (typeof value !== 'object' || value === null) return []
  const { name, filter: kept }: { name?: unknown; filter?: unknown } = value
  const filter = readFilter(kept)
  return typeof name === 'string' && name.trim() !== '' && filter ? [{ name, filter }] : []
}

/** The same name again takes the other one's place. */
export const withNamed = (
  named: readonly NamedFilter[],
  name: string,
  filter: ListFilter,
): NamedFilter[] =>
  [...named.filter((other) => other.name !== name), { name, filter }]
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, MAX_NAMED)
