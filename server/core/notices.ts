/** What sessions are told of their workspace beside its rows: another role, another name. */
import { encodeMessage, type Role, type ServerMessage } from 'kith-shared'
import type { RoomEffect } from './room-events.js'
import { hasArrived, type RoomSession } from './room-session.js'

export class Notices {
  readonly #emit: (effect: RoomEffect) => void

  constructor(emit: (effect: RoomEffect) => void) {
    this.#emit = emit
  }

  roleChanged(session: RoomSession, role: Role): void {
    if (session.stamp.role === role) return
    session.stamp = { ...session.stamp, role }
    this.#notify(session, { type: 'notice', notice: 'role-changed', role })
  }

  renamed(sessions: Iterable<RoomSession>, name: string): void {
    for (const session of sessions) {
      this.#notify(session, { type: 'notice', notice: 'workspace-renamed', name })
    }
  }

  /** A stock client knows no notices, and who waits for the welcome finds it all there. */
  #notify(session: RoomSession, notice: Extract<ServerMessage, { type: 'notice' }>): void {
    if (session.dialect.dialect !== 'kith' || !hasArrived(session)) return
    const frame = encodeMessage(notice)
    this.#emit({ type: 'send', sessions: [session.id], frame, droppable: false })
  }
}
