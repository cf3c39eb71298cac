import { colorOf, type PresenceStatus } from 'kith-shared'
import type { Other, Workspace } from '../index.js'
import { useProvision, useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import { useOthers, useSelf } from './use-people.js'
import { useSyncStatus } from './use-sync-status.js'
import { useValue } from './use-value.js'

/** Somebody who is here, me included; one however many tabs. */
export interface Person {
  id: string
  name: string
  email: string | null
  /** The same on every screen, by the id alone. */
  color: string
  /** `offline` is said of me alone: others who are not connected are not here. */
  status: PresenceStatus | 'offline'
  editing: { contactId: string; field: string } | null
  typing: boolean
  isSelf: boolean
}

/**
 * Everybody who is here: me first (as soon as a server has once said who I am), then the others by
 * time of joining. A caret that moves renders nothing.
 */
export const usePresence = (): readonly Person[] => {
  const self = useOwnPerson()
  const others = useOthers((all) => all.map(personOf))
  return self === undefined ? others : [self, ...others]
}

const people = new WeakMap<Other, Person>()

/** The same object as long as the other one is. */
export const personOf = (other: Other): Person => {
  const known = people.get(other)
  if (known !== undefined) return known
  const { user, status, editing, typing } = other
  const { id, name, email, color } = user
  const person = { id, name, email, color, status, editing, typing, isSelf: false }
  people.set(other, person)
  return person
}

/** Me; `undefined` before a server has said who that is, unless the app knows a name. */
export const useOwnPerson = (nameUntilKnown?: string): Person | undefined => {
  const self = useSelf()
  const provision = useProvision()
  const { state } = useSyncStatus().connection
  const own = useValue(useWorkspace(), onAwareness, readOwn, NOWHERE, sameOwn)
  const name = self?.name ?? nameUntilKnown
  if (name === undefined || provision === undefined) return undefined
  const isHere = state === 'live' || state === 'syncing'
  return {
    id: provision.userId,
    name,
    email: self?.email ?? null,
    color: colorOf(provision.userId),
    ...own,
    status: isHere ? own.status : 'offline',
    isSelf: true,
  }
}

type Own = Pick<Person, 'editing' | 'typing'> & { status: PresenceStatus }

const NOWHERE: Own = { status: 'online', editing: null, typing: false }

const onAwareness = ({ awareness }: Workspace, changed: () => void): (() => void) => {
  awareness.on('change', changed)
  return () => awareness.off('change', changed)
}

/** What this page itself has put there. */
const readOwn = ({ awareness }: Workspace): Own => ({
  ...NOWHERE,
  ...pick(awareness.getLocalState()),
})

const pick = (state: Partial<Own> | null): Partial<Own> =>
  state === null || state.status === undefined
    ? {}
    : {
        status: state.status,
        editing: state.editing ?? null,
        typing: state.typing === true,
      }

const sameOwn = (a: Own, b: Own): boolean =>
  a.status === b.status && a.typing === b.typing && shallowEqual(a.editing, b.editing)
