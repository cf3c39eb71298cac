import type { Person } from '../use-presence.js'

/** Everybody to be shown. */
export interface People {
  readonly self: Person | undefined
  readonly others: readonly Person[]
  /** Whether this is all, by the server's word. */
  readonly isSettled: boolean
}

export interface PeopleNow {
  readonly self: Person | undefined
  readonly others: readonly Person[]
  /** `dropped`: for less than 5 s. `settling`: connected, and not all has been told yet. */
  readonly phase: 'dropped' | 'settling' | 'settled'
}

/**
 * Who is shown, after `before`: a drop takes word of all others at once, and a welcome comes before
 * word of them. A short drop raises nothing, so everybody stays as they were until the connection
 * is back and has settled.
 */
export const steadyPeople = (before: People | undefined, now: PeopleNow): People => {
  const { self, others, phase } = now
  if (before === undefined || phase === 'settled') {
    return { self, others, isSettled: phase === 'settled' }
  }
  if (phase === 'dropped') return before.isSettled ? { ...before, isSettled: false } : before
  const told = new Map(others.map((person) => [person.id, person]))
  const known = new Set(before.others.map(({ id }) => id))
  const stayed = before.others.map((person) => told.get(person.id) ?? person)
  const came = others.filter(({ id }) => !known.has(id))
  return { self, others: [...stayed, ...came], isSettled: false }
}
