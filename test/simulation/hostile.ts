/**
 * A member of the simulated workspace who sends poison: attacks of the table and changed bytes of
 * honest work, each under a client id of its own, so that what was refused can be looked for.
 */
import {
  type ClientId,
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  UpdateScanner,
} from 'kith-shared'
import * as Y from 'yjs'
import type { Socket } from '../../client/core/ports.js'
import { POISON } from '../harness/poison.js'
import { editIfThere, pick } from '../harness/team.js'
import { editBytes } from '../harness/update-grammar.js'
import { helloOf } from '../harness/wire-client.js'
import type { Committed } from './committed.js'
import type { World } from './device.js'

const MALLORY = 'mallory'

/** One connection: what was sent on it, by ordinal. */
interface Line {
  socket: Socket
  sent: Attempt[]
  /** Before its welcome nothing is sent: the server would not count it. */
  state: 'connecting' | 'open' | 'closed'
}

interface Attempt {
  /** Its own client id, used for nothing else. */
  own: ClientId
  bytes: Uint8Array
}

const scanner = new UpdateScanner()

export class Hostile {
  readonly #world: World
  readonly #committed: Committed
  #line: Line | undefined
  /** What was rejected: no trace of it may be in the journal. */
  readonly #rejected = new Set<ClientId>()
  attempts = 0

  constructor(world: World, committed: Committed) {
    this.#world = world
    this.#committed = committed
  }

  get rejected(): number {
    return this.#rejected.size
  }

  act(): void {
    const { random, clock } = this.#world
    if (!this.#line || this.#line.state === 'closed') return this.#connect()
    if (this.#line.state === 'connecting') return
    const dice = random()
    if (dice < 0.5) this.#attempt(this.#poison())
    else if (dice < 0.85) this.#attempt(this.#mutated(clock.now()))
    else if (dice < 0.93) this.#fakePresence()
    else if (dice < 0.98) this.#replay()
    else this.#line.socket.send(Uint8Array.from({ length: 9 }, () => Math.floor(random() * 256)))
  }

  /** Throws where the journal holds something of what was rejected. */
  check(): void {
    for (const { update, seq } of this.#committed.rows) {
      const scan = scanner.scan(update)
      if (!scan.ok) throw new Error(`[P4] row ${seq} is no update that the gate lets through`)
      for (const client of scan.update.blockClient.slice(0, scan.update.blocks)) {
        if (this.#rejected.has(client)) throw new Error(`[P4] row ${seq} holds what was rejected`)
      }
    }
  }

  #connect(): void {
    const open = this.#world.network.opener({ device: MALLORY, tab: -1 }, this.#world.route)
    // The socket is set in the next statement but one, which needs the line.
    const line: Line = { socket: undefined as never, sent: [], state: 'connecting' }
    this.#line = line
    line.socket = open('ws://simulated', {
      opened: () => this.#send(line, helloOf({ token: MALLORY, clientId: this.#newId() })),
      frame: (bytes) => this.#heard(line, bytes),
      textFrame: () => undefined,
      closed: () => {
        line.state = 'closed'
      },
    })
  }

  #heard(line: Line, bytes: Uint8Array): void {
    const decoded = decodeServerMessage(bytes)
    if (!decoded.ok) return
    if (decoded.message.type === 'welcome') line.state = 'open'
    if (decoded.message.type !== 'reject') return
    const attempt = line.sent[decoded.message.ordinal - 1]
    if (attempt) this.#rejected.add(attempt.own)
  }

  #send(line: Line, message: ClientMessage): void {
    line.socket.send(encodeMessage(message))
  }

  #attempt(attempt: Attempt): void {
    const line = this.#line
    if (!line) return
    this.attempts++
    line.sent.push(attempt)
    const type = this.#world.random() < 0.7 ? 'update' : 'sync-step-2'
    this.#send(line, { type, update: attempt.bytes })
  }

  /** Drawn as Yjs draws one. */
  #newId(): ClientId {
    return Math.floor(this.#world.random() * 2 ** 32)
  }

  /** A client id of somebody else's, as the journal knows it. */
  #victim(): ClientId {
    const rows = this.#committed.rows.filter(({ author }) => author.id !== MALLORY)
    const clients = rows.flatMap(({ clocks }) => [...clocks.keys()])
    return clients.length > 0 ? pick(this.#world.random, clients) : 1
  }

  #poison(): Attempt {
    const own = this.#newId()
    const targets = { own, written: this.#victim(), unsent: this.#victim() }
    return { own, bytes: pick(this.#world.random, POISON).build(targets) }
  }

  /** An edit of the workspace as it stands, with up to three bytes changed. */
  #mutated(now: number): Attempt {
    const { random } = this.#world
    const own = this.#newId()
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.#committed.doc))
    doc.clientID = own
    const before = Y.encodeStateVector(doc)
    editIfThere(doc, random, now)
    const edits = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      how: pick(random, ['set', 'step', 'insert', 'remove', 'cut', 'append'] as const),
      at: Math.floor(random() * 10_000),
      byte: Math.floor(random() * 256),
    }))
    return { own, bytes: editBytes(Y.encodeStateAsUpdate(doc, before), edits) }
  }

  /** Somebody else's bytes once more. It has an ordinal too, and is no attempt to be looked for. */
  #replay(): void {
    const { rows } = this.#committed
    if (rows.length === 0) return
    this.#attempt({ own: Number.NaN, bytes: pick(this.#world.random, rows).update })
  }

  #fakePresence(): void {
    const { random } = this.#world
    const json = random() < 0.5 ? 'null' : '{"status":"away","user":{"id":"ana"}}'
    const states = [{ clientId: this.#victim(), clock: Math.floor(random() * 2 ** 31), json }]
    if (this.#line) this.#send(this.#line, { type: 'awareness', states })
  }
}
