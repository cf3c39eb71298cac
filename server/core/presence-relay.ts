/**
 * Between a room's sessions and its presence table: who may speak for which client id, and who is
 * told what. A session speaks for one id, and for none before that is bound to its user.
 */
import {
  type AwarenessEntry,
  type ClientId,
  encodeMessage,
  type UserId,
  unreachable,
} from 'kith-shared'
import { Presence, type PresenceStamp } from './presence.js'
import type { RoomEffect } from './room-events.js'
import { hasArrived, type RoomSession } from './room-session.js'

export class PresenceRelay {
  readonly #presence = new Presence()
  readonly #asking = new Set<RoomSession>()
  readonly #emit: (effect: RoomEffect) => void
  /** Who a client id belongs to, durably. */
  readonly #ownerOf: (clientId: ClientId) => UserId | undefined

  constructor(
    emit: (effect: RoomEffect) => void,
    ownerOf: (clientId: ClientId) => UserId | undefined,
  ) {
    this.#emit = emit
    this.#ownerOf = ownerOf
  }

  get hasChanges(): boolean {
    return this.#presence.hasChanges || this.#asking.size > 0
  }

  /** Everybody's state at the next tick, to who asked or may have missed some. */
  ask(session: RoomSession): void {
    this.#asking.add(session)
  }

  /** Each session's person and what they show. */
  shown(sessions: Iterable<RoomSession>): { stamp: PresenceStamp; json: string | undefined }[] {
    const states = new Map(this.#presence.all().map(({ clientId, json }) => [clientId, json]))
    return Array.from(sessions, ({ stamp, presence }) => ({
      stamp,
      json: presence.right === 'bound' ? states.get(presence.clientId) : undefined,
    }))
  }

  /**
   * Takes a session's awareness. Gives the entry whose client id must be bound first, if it is a
   * stock client's first; other people's states, sent back, are dropped.
   */
  receive(session: RoomSession, states: readonly AwarenessEntry[]): AwarenessEntry | undefined {
    const { presence } = session
    switch (presence.right) {
      case 'none': {
        if (session.dialect.dialect === 'kith') return undefined
        const entry = states.find(({ clientId }) => this.#mayBeOwn(session, clientId))
        if (entry) session.presence = { right: 'binding', entry }
        return entry
      }
      case 'binding': {
        const later = states.find(({ clientId }) => clientId === presence.entry.clientId)
        if (later) session.presence = { right: 'binding', entry: later }
        return undefined
      }
      case 'bound': {
        for (const entry of states) {
          if (entry.clientId !== presence.clientId) continue
          this.#show(session, entry)
          break
        }
        return undefined
      }
      default:
        return unreachable(presence)
    }
  }

  /** The session's id is bound; what it showed meanwhile is shown. */
  bound(session: RoomSession, clientId: ClientId): void {
    const { presence } = session
    session.presence = { right: 'bound', clientId }
    if (presence.right === 'binding') this.#show(session, presence.entry)
  }

  leave(session: RoomSession): void {
    this.#asking.delete(session)
    this.#presence.leave(session.id)
  }

  /** Everybody's state, to one session that has just arrived. */
  sendAll(session: RoomSession): void {
    this.#send([session], this.#presence.all(), true)
  }

  /** What changed since the last time, one entry a client, to everybody who has arrived. */
  tell(sessions: Iterable<RoomSession>): void {
    if (!this.hasChanges) return
    const asking = [...this.#asking]
    this.#asking.clear()
    const arrived = [...sessions].filter(hasArrived)
    this.#send(arrived, this.#presence.takeChanges(), true)
    this.#send(asking, this.#presence.all(), true)
  }

  /** A stock client may send other people's states back before it has shown its own. */
  #mayBeOwn(session: RoomSession, clientId: ClientId): boolean {
    const owner = this.#ownerOf(clientId)
    return owner === undefined || owner === session.stamp.id
  }

  #show(session: RoomSession, entry: AwarenessEntry): void {
    const removed = this.#presence.set(session.id, entry, session.stamp)
    if (removed) this.#send([session], [removed], false)
  }

  #send(sessions: RoomSession[], states: AwarenessEntry[], droppable: boolean): void {
    if (states.length === 0 || sessions.length === 0) return
    const frame = encodeMessage({ type: 'awareness', states })
    this.#emit({ type: 'send', sessions: sessions.map(({ id }) => id), frame, droppable })
  }
}
