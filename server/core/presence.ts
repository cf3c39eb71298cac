/**
 * Who is here: one awareness state for each session, kept as text. A table and nothing more, so no
 * timers and no clock of its own (y-protocols' `Awareness` starts an interval and reads the time).
 *
 * Invariants
 *   1. A session speaks for one client id, and only its own entry changes by its word.
 *   2. `user` is the server's; everything else in a state is the client's.
 *   3. A client's clock is never raised here: a removal says `null` at the clock last seen, which
 *      y-protocols takes as a removal (`applyAwarenessUpdate`, equal clock and null).
 */
import {
  type AwarenessEntry,
  type ClientId,
  colorOf,
  MAX_PRESENCE_BYTES,
  type Role,
  type UserId,
} from 'kith-shared'

export type SessionId = number

/** What the server vouches for in a state. */
export interface PresenceStamp {
  id: UserId
  name: string
  email: string | null
  role: Role
  /** Milliseconds since 1970. */
  joinedAt: number
}

interface Present {
  session: SessionId
  userId: UserId
  clock: number
  json: string
  stamped: Stamped
}

/** What a stamp adds to each state of its session: made once for it, not at every move. */
interface Stamped {
  stamp: PresenceStamp
  /** As JSON, with the colour. */
  user: string
}

/**
 * Ids that left are kept so that they can be told on their return: of each user as many as they may
 * have sessions, and of as many users as a workspace may have. The oldest go first.
 */
const MAX_REMEMBERED_PER_USER = 100
const MAX_REMEMBERED_USERS = 1_000

export class Presence {
  readonly #present = new Map<ClientId, Present>()
  /** An id is one user's for good. */
  readonly #left = new Map<UserId, Map<ClientId, number>>()
  readonly #changed = new Map<ClientId, AwarenessEntry>()

  /** Whether there is something to tell since the last `takeChanges`. */
  get hasChanges(): boolean {
    return this.#changed.size > 0
  }

  /**
   * Takes a session's own state. Gives back an entry for that session alone, where its client must
   * learn that it was removed meanwhile and has to jump past its old clock.
   */
  set(session: SessionId, entry: AwarenessEntry, stamp: PresenceStamp): AwarenessEntry | undefined {
    const { clientId, clock } = entry
    const leftAt = this.#left.get(stamp.id)?.get(clientId)
    if (leftAt !== undefined && clock <= leftAt) return { clientId, clock: leftAt, json: 'null' }
    const present = this.#present.get(clientId)
    const isSame = present?.session === session
    if (present && (isSame ? clock <= present.clock : clock < present.clock)) return undefined
    const stamped = isSame && present.stamped.stamp === stamp ? present.stamped : stampedBy(stamp)
    const json = stampState(entry.json, stamped)
    if (json === undefined) return undefined
    if (json === 'null') {
      if (present) this.#remove(clientId, present.userId, clock)
      return undefined
    }
    this.#left.get(stamp.id)?.delete(clientId)
    this.#present.set(clientId, { session, userId: stamp.id, clock, json, stamped })
    this.#changed.set(clientId, { clientId, clock, json })
    return undefined
  }

  /** The session has ended: everything it showed goes. */
  leave(session: SessionId): void {
    for (const [clientId, present] of this.#present) {
      if (present.session === session) this.#remove(clientId, present.userId, present.clock)
    }
  }

  /** Every state, for who joins or asks. */
  all(): AwarenessEntry[] {
    return Array.from(this.#present, ([clientId, { clock, json }]) => ({ clientId, clock, json }))
  }

  /** What changed since the last call, one entry a client however often it moved. */
  takeChanges(): AwarenessEntry[] {
    const changes = [...this.#changed.values()]
    this.#changed.clear()
    return changes
  }

  #remove(clientId: ClientId, userId: UserId, clock: number): void {
    this.#present.delete(clientId)
    this.#changed.set(clientId, { clientId, clock, json: 'null' })
    const left = this.#left.get(userId) ?? new Map<ClientId, number>()
    setLast(left, clientId, clock, MAX_REMEMBERED_PER_USER)
    setLast(this.#left, userId, left, MAX_REMEMBERED_USERS)
  }
}

/** The newest is last; where there are too many, the oldest goes. */
const setLast = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size <= most) return
  const oldest = map.keys().next()
  if (!oldest.done) map.delete(oldest.value)
}

const stampedBy = (stamp: PresenceStamp): Stamped => ({
  stamp,
  user: JSON.stringify({ ...stamp, color: colorOf(stamp.id) }),
})

/**
 * The state with the server's `user` in it; undefined where it is no JSON object, or too large. What
 * is in it beside a `user` of the client's own is written again only where there is one.
 */
const stampState = (json: string, { user }: Stamped): string | undefined => {
  // No string has fewer bytes than units, and none has more than three times as many.
  if (json.length > MAX_PRESENCE_BYTES) return undefined
  if (json.length * 3 > MAX_PRESENCE_BYTES && bytesOf(json) > MAX_PRESENCE_BYTES) return undefined
  const state = parse(json)
  if (state === null) return 'null'
  if (typeof state !== 'object' || Array.isArray(state)) return undefined
  if (!Object.hasOwn(state, 'user')) return withUser(json.trim(), user)
  const { user: _, ...others } = state as Record<string, unknown> // an object that JSON gave
  return withUser(JSON.stringify(others), user)
}

/** `object` is one as JSON, without spaces around it and without a `user` in it. */
const withUser = (object: string, user: string): string => {
  const others = object.slice(0, -1)
  return others.trimEnd() === '{' ? `{"user":${user}}` : `${others},"user":${user}}`
}

const utf8 = new TextEncoder()
const bytesOf = (text: string): number => utf8.encode(text).length

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
