/** A room of people who each move so many times a second, and all see each other's moves. */
import { ByteReader, encodeAwarenessStates } from 'kith-shared'
import { percentile } from '../percentile.js'
import type { Target } from '../target.js'
import { beginBeat } from './beat.js'
import { Client, closeAll, joinAll } from './client.js'
import { pause, until } from './until.js'
import { beginUsage, type Usage } from './usage.js'

export interface PresenceParams {
  room: string
  people: number
  /** Moves a second of each. */
  perSecond: number
  warmUp: number
  measure: number
  firstClientId: number
}

export interface PresenceResult {
  usage: Usage
  /** Moves that were sent. */
  moves: number
  /** Share of them that an observer has seen (a later one of the same person may stand for two). */
  seenShare: number
  seen: { p50: number; p99: number }
}

const OBSERVERS = 4

/** Milliseconds in which nothing came, where moves were merged into others; and at most in all. */
const QUIET = 3_000
const SETTLE_TIME = 60_000

/** Moves at least before it is measured: what a server compiles by then is not the load's. */
const WARM_UP_MOVES = 2_000

const reader = new ByteReader()

interface Mover {
  client: Client
  clientId: number
  clock: number
  /** When the move at each clock was sent. */
  sentAt: number[]
}

class Presence {
  readonly #params: PresenceParams
  readonly #movers = new Map<number, Mover>()
  readonly #seen: number[] = []
  #moves = 0
  #sent = 0
  /** What was sent before does not count. */
  #since = Number.POSITIVE_INFINITY
  #lastSeen = 0

  constructor(target: Target, params: PresenceParams) {
    this.#params = params
    const { room, people, firstClientId } = params
    for (let n = 0; n < people; n++) {
      const clientId = firstClientId + n
      const reads = n % Math.ceil(people / OBSERVERS) === 0
      const awareness = (states: Uint8Array) => this.#see(states, clientId)
      const client = new Client(target, { room, user: n, clientId }, { reads, awareness })
      this.#movers.set(clientId, { client, clientId, clock: 0, sentAt: [] })
    }
  }

  get clients(): Client[] {
    return [...this.#movers.values()].map(({ client }) => client)
  }

  get sent(): number {
    return this.#sent
  }

  begin(): () => void {
    const movers = [...this.#movers.values()]
    return beginBeat(movers.length, this.#params.perSecond, (n) => {
      const mover = movers[n]
      if (mover) this.#move(mover)
    })
  }

  #move(mover: Mover): void {
    const { client, clientId } = mover
    const clock = ++mover.clock
    const user = { name: `Name of ${clientId}`, color: '#30bced', colorLight: '#30bced33' }
    const cursor = { contact: 'c000000000000000017', field: 'company', at: clock }
    const states = encodeAwarenessStates([
      { clientId, clock, json: JSON.stringify({ user, cursor }) },
    ])
    const now = performance.now()
    mover.sentAt[clock] = now
    this.#sent++
    if (now >= this.#since) this.#moves++
    client.sendPayload(client.talk.awareness(states))
  }

  #see(states: Uint8Array, observer: number): void {
    const now = performance.now()
    this.#lastSeen = now
    reader.reset(states)
    for (let left = reader.varUint(); left > 0 && !reader.failed; left--) {
      const clientId = reader.varUint()
      const clock = reader.varUint()
      reader.skip(reader.varUint())
      const at = clientId === observer ? undefined : this.#movers.get(clientId)?.sentAt[clock]
      if (at !== undefined && at >= this.#since) this.#seen.push(now - at)
    }
  }

  measure(): void {
    this.#since = performance.now()
    this.#lastSeen = this.#since
  }

  /** Until the observers have seen all: what a server is behind with is its work too. */
  settle(): Promise<void> {
    const isSeen = () => this.#seenShare >= 1 || performance.now() - this.#lastSeen > QUIET
    return until('the last move to be seen', isSeen, SETTLE_TIME)
  }

  get #seenShare(): number {
    const { people } = this.#params
    return this.#seen.length / ((this.#moves * OBSERVERS * (people - 1)) / people)
  }

  result(usage: Usage): PresenceResult {
    const seen = this.#seen
    return {
      usage,
      moves: this.#moves,
      seenShare: this.#seenShare,
      seen: { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) },
    }
  }
}

export const presence = async (target: Target, params: PresenceParams): Promise<PresenceResult> => {
  const room = new Presence(target, params)
  await joinAll(room.clients)
  const stop = room.begin()
  await pause(params.warmUp)
  await until('the warm-up', () => room.sent >= WARM_UP_MOVES, SETTLE_TIME)
  const usage = beginUsage(target)
  room.measure()
  await pause(params.measure)
  stop()
  await room.settle()
  const result = room.result(usage())
  await closeAll(room.clients)
  return result
}
