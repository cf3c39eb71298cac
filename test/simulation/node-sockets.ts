/** What waits in a node's sockets, as `server/room-runner.ts` keeps it: who reads slowly must drain. */
import type { RoomEffect, RoomEvent } from '../../server/core/room-events.js'
import type { Clock } from './clock.js'
import type { ServerEnd } from './network.js'

/** Past this many bytes in its socket a session is not fed; a thousandth of the server's own. */
export const MAX_BUFFERED_BYTES = 1_000
const DRAINED_BYTES = 250
/** For who looks on. */
export const FULL = { full: MAX_BUFFERED_BYTES, drained: DRAINED_BYTES }
const SLOW_READER_TIMEOUT = 6_000

export interface SocketedNode {
  endOf(session: number): ServerEnd | undefined
  tell(event: RoomEvent): void
  close(session: number): void
}

export class NodeSockets {
  readonly #clock: Clock
  readonly #node: SocketedNode
  /** Since when they drain, and how much waited then. */
  readonly #draining = new Map<number, { since: number; bytes: number }>()

  constructor(clock: Clock, node: SocketedNode) {
    this.#clock = clock
    this.#node = node
  }

  send({ sessions, frame, droppable }: Extract<RoomEffect, { type: 'send' }>): void {
    for (const id of sessions) {
      const end = this.#node.endOf(id)
      if (!end || (droppable && this.#draining.has(id))) continue
      end.send(frame)
      if (end.bufferedBytes <= MAX_BUFFERED_BYTES) continue
      this.drain(id)
      this.#node.tell({ type: 'stalled', session: id })
    }
  }

  drain(id: number): void {
    const end = this.#node.endOf(id)
    if (!end || this.#draining.has(id)) return
    this.#draining.set(id, { since: this.#clock.now(), bytes: end.bufferedBytes })
  }

  forget(id: number): void {
    this.#draining.delete(id)
  }

  tick(): void {
    for (const [id, before] of this.#draining) {
      const bytes = this.#node.endOf(id)?.bufferedBytes ?? 0
      if (bytes <= DRAINED_BYTES) {
        this.#draining.delete(id)
        this.#node.tell({ type: 'drained', session: id })
      } else if (bytes < before.bytes) {
        this.#draining.set(id, { since: this.#clock.now(), bytes })
      } else if (this.#clock.now() - before.since > SLOW_READER_TIMEOUT) this.#node.close(id)
    }
  }
}
