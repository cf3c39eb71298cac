/**
 * Whose difference is made next. Each takes all of the document, first while it is made and then in
 * its session's socket until that has drained: so they are made one at a time, no more of them while
 * the sockets of the room hold many bytes, and one user's next when they have read the last. Who
 * doesn't read so waits for themselves alone, in however many sessions.
 */
import type { UserId } from 'kith-shared'
import type { SessionId } from './core/presence.js'

/** Past so many bytes in the sockets nothing more is made: more than any one user's can hold. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024
/** Below so many a socket has drained. */
const DRAINED_BYTES = 256 * 1024

/** The sockets of a room. */
export interface Sockets {
  /** Undefined where the session has gone. */
  userOf(session: SessionId): UserId | undefined
  /** What waits in its socket; 0 where the session has gone. */
  bufferedBytes(session: SessionId): number
}

interface Request {
  session: SessionId
  userId: UserId
  /** Gives it to the session; does not reject. */
  make: () => Promise<void>
}

export class DifferenceQueue {
  readonly #sockets: Sockets
  #requests: Request[] = []
  /** Whose sockets still hold theirs. */
  readonly #undrained = new Map<SessionId, UserId>()
  #isMaking = false

  constructor(sockets: Sockets) {
    this.#sockets = sockets
  }

  add(session: SessionId, make: () => Promise<void>): void {
    const userId = this.#sockets.userOf(session)
    if (userId === undefined) return
    this.#requests.push({ session, userId, make })
    void this.#pump()
  }

  /** A moment later: sockets may have drained, or gone. */
  tick(): void {
    if (this.#requests.length > 0) void this.#pump()
  }

  async #pump(): Promise<void> {
    if (this.#isMaking) return
    this.#isMaking = true
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        await next.make()
        this.#undrained.set(next.session, next.userId)
      }
    } finally {
      this.#isMaking = false
    }
  }

  #next(): Request | undefined {
    const waiting = this.#bytesWaiting()
    this.#requests = this.#requests.filter(
      ({ session }) => this.#sockets.userOf(session) !== undefined,
    )
    if (waiting >= MAX_WAITING_BYTES) return undefined
    const busy = new Set(this.#undrained.values())
    const index = this.#requests.findIndex(({ userId }) => !busy.has(userId))
    return index < 0 ? undefined : this.#requests.splice(index, 1)[0]
  }

  #bytesWaiting(): number {
    let bytes = 0
    for (const session of this.#undrained.keys()) {
      const own = this.#sockets.bufferedBytes(session)
      if (own <= DRAINED_BYTES) this.#undrained.delete(session)
      else bytes += own
    }
    return bytes
  }
}
