import type { PresenceStatus, PresenceUser } from 'kith-shared'
import type { Other } from '../api.js'

/** An awareness state as it came: whatever somebody's client put there. */
type State = Readonly<Record<string, unknown>>

/**
 * The other people in these states, one each: the most present of their tabs says the status, the
 * one that types, else the first that edits, says where. Sorted by time of joining. Who has not
 * changed since `before` stays the same object, and so does the list.
 */
export const othersIn = (
  states: Iterable<State>,
  ownId: string,
  before: readonly Other[],
): readonly Other[] => {
  const people = new Map<string, Other>()
  for (const state of states) {
    const tab = tabOf(state)
    if (tab === undefined || tab.user.id === ownId) continue
    const known = people.get(tab.user.id)
    people.set(tab.user.id, known === undefined ? tab : merge(known, tab))
  }
  const earlier = new Map(before.map((other) => [other.user.id, other]))
  const others = [...people.values()]
    .sort((a, b) => a.user.joinedAt - b.user.joinedAt || (a.user.id < b.user.id ? -1 : 1))
    .map((other) => keep(earlier.get(other.user.id), other))
  const isSame =
    others.length === before.length && others.every((other, at) => other === before[at])
  return isSame ? before : others
}

const PRESENCE: readonly PresenceStatus[] = ['away', 'idle', 'online']

const tabOf = (state: State): Other | undefined => {
  const { user, status, editing, typing } = state
  if (!isUser(user)) return undefined
  const place = isPlace(editing) ? { contactId: editing.contactId, field: editing.field } : null
  return {
    user,
    status: PRESENCE.find((one) => one === status) ?? 'online',
    editing: place,
    typing: place !== null && typing === true,
    tabs: 1,
  }
}

const merge = (a: Other, b: Other): Other => {
  const active = b.typing && !a.typing ? b : a.editing === null ? b : a
  const status = PRESENCE.indexOf(b.status) > PRESENCE.indexOf(a.status) ? b.status : a.status
  const user = a.user.joinedAt <= b.user.joinedAt ? a.user : b.user
  return { user, status, editing: active.editing, typing: active.typing, tabs: a.tabs + b.tabs }
}

const keep = (before: Other | undefined, after: Other): Other =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after

const isPlace = (value: unknown): value is { contactId: string; field: string } =>
  typeof value === 'object' &&
  value !== null &&
  'contactId' in value &&
  typeof value.contactId === 'string' &&
  'field' in value &&
  typeof value.field === 'string'

/** The server stamps all of it at once; one look tells whether it did. */
const isUser = (value: unknown): value is PresenceUser =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'joinedAt' in value &&
  typeof value.joinedAt === 'number'
