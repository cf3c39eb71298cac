/**
 * A thousand clients lose one server: the client's real machine, one for each, on a clock of its own.
 * What is counted is what a server, or whoever stands before it, sees of them: sockets opened.
 */
import { describe, expect, test } from 'vitest'
import { step } from '../../client/core/connection.js'
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  initialConnection,
  type Moment,
  type Timer,
} from '../../client/core/connection-state.js'
import { seededRandom } from '../harness/seeded.js'
import { type Clock, createClock } from './clock.js'
import { seedsToRun } from './seeds.js'

const SEEDS = seedsToRun(3).slice(-3)
const CLIENTS = 1_000
const WINDOW = 100
const SETTINGS = { userId: 'ana', clientId: 7, ceiling: 3_000 }
/** Of `server/connections.ts`: how a server that ends spreads what it asks of them. */
const RETURN_WITHIN = 5_000

type Plain = ConnectionEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, keyof Moment>
    : never
  : never

/** One client; who has opened a socket tells `arrives`. */
class Client {
  state: Connection = initialConnection('up')
  readonly #clock: Clock
  readonly #random: () => number
  readonly #arrives: (client: Client) => void
  readonly #timers = new Map<Timer, () => void>()

  constructor(clock: Clock, random: () => number, arrives: (client: Client) => void) {
    this.#clock = clock
    this.#random = random
    this.#arrives = arrives
  }

  happens(event: Plain): void {
    const moment = { now: this.#clock.now(), random: this.#random(), unsent: 0, isVisible: true }
    // Each member of the union gets its moment back.
    const next = step(this.state, { ...event, ...moment } as ConnectionEvent, SETTINGS)
    this.state = next.state
    for (const effect of next.effects) this.#perform(effect)
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'ask-token': {
        const { ask } = effect
        return void this.#clock.after(1, () => this.happens({ type: 'token', ask, token: 't' }))
      }
      case 'open':
        return this.#arrives(this)
      case 'set-timer': {
        const { timer, delay } = effect
        this.#timers.get(timer)?.()
        const fire = () => this.happens({ type: 'timer', timer })
        this.#timers.set(timer, this.#clock.after(delay, fire))
        return
      }
      case 'clear-timer':
        return this.#timers.get(effect.timer)?.()
      default:
        return
    }
  }

  isCut(): void {
    this.happens({ type: 'closed', socket: this.state.socket, code: 1006, text: '' })
  }

  isWelcomed(): void {
    const { socket } = this.state
    this.happens({ type: 'opened', socket, earlierIds: [], unsentEpoch: undefined })
    const welcome = {
      type: 'welcome',
      protocol: 1,
      user: { id: 'ana', name: 'Ana', email: null },
      role: 'editor',
      workspaceName: 'Team',
      schema: 1,
      epoch: 1,
      head: 0,
      follows: 'tail',
      limits: { updateBytes: 1, presenceBytes: 1 },
    } as const
    this.happens({ type: 'message', socket, message: welcome })
  }

  isTold(retryAfter: number): void {
    const { socket } = this.state
    const message = { type: 'notice', notice: 'draining', retryAfter } as const
    this.happens({ type: 'message', socket, message })
    this.happens({ type: 'closed', socket, code: 1012, text: 'restarting' })
  }
}

interface Server {
  clock: Clock
  random: () => number
  clients: readonly Client[]
  arrivals: number[]
  isUp: boolean
}

/** All are in, for long enough; then the play begins. */
const everybodyIn = async (seed: bigint): Promise<Server> => {
  const clock = createClock(1_700_000_000_000)
  const random = seededRandom(seed)
  const server: Server = { clock, random, clients: [], arrivals: [], isUp: true }
  const arrives = (client: Client) => {
    server.arrivals.push(clock.now())
    clock.after(1, () => (server.isUp ? client.isWelcomed() : client.isCut()))
  }
  server.clients = Array.from({ length: CLIENTS }, () => new Client(clock, random, arrives))
  for (const client of server.clients) {
    client.happens({ type: 'connect' })
    client.happens({ type: 'loaded', epoch: 0, seq: 0 })
  }
  await clock.run(clock.now() + 10_000, () => undefined)
  expect(server.clients.every(isLive)).toBe(true)
  server.arrivals = []
  return server
}

const isLive = ({ state }: Client): boolean => state.phase.type === 'live'

/** The most in any window of 100 ms, wherever it begins. */
const peakOf = (arrivals: readonly number[]): number => {
  let most = 0
  for (let last = 0, first = 0; last < arrivals.length; last++) {
    while ((arrivals[last] ?? 0) - (arrivals[first] ?? 0) >= WINDOW) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** Six standard deviations above what is expected in a window at this rate, by the millisecond. */
const boundOf = (rate: number): number => {
  const expected = rate * WINDOW
  return expected + 6 * Math.sqrt(expected)
}

describe('[C3] a thousand clients that lose one server come back without a peak', () => {
  test.each(SEEDS)('told by a server that restarts, in 2 s (seed %s)', async (seed) => {
    const server = await everybodyIn(seed)
    const { clock, clients, random } = server
    server.isUp = false
    for (const client of clients) client.isTold(Math.round(random() * RETURN_WITHIN))
    clock.after(2_000, () => {
      server.isUp = true
    })
    await clock.run(clock.now() + RETURN_WITHIN + 6_000, () => undefined)
    expect(clients.every(isLive)).toBe(true)
    // Hints lie within 5 s and a client's own chance within 3 s; who came too early, tries again.
    expect(peakOf(server.arrivals)).toBeLessThan(boundOf(CLIENTS / RETURN_WITHIN + tooEarly(2_000)))
  })

  test.each(SEEDS)('when it is killed and stays away for 4 s (seed %s)', async (seed) => {
    const server = await everybodyIn(seed)
    const { clock, clients } = server
    server.isUp = false
    for (const client of clients) client.isCut()
    clock.after(4_000, () => {
      server.isUp = true
    })
    await clock.run(clock.now() + 4_000, () => undefined)
    const returnsAt = server.arrivals.length
    await clock.run(clock.now() + 3_100, () => undefined)
    // [C4] Every page that is seen is back within 3 s.
    expect(clients.every(isLive)).toBe(true)
    // The first tries within 1 s; upon each of them the next one, within 3 s.
    expect(peakOf(server.arrivals)).toBeLessThan(boundOf(CLIENTS / 1_000 + CLIENTS / 3_000))
    // Of those that find the server again no more come at once than leave their waits.
    expect(peakOf(server.arrivals.slice(returnsAt))).toBeLessThan(boundOf(CLIENTS / 1_500))
  })

  test.each(SEEDS)('when another node takes them at once (seed %s)', async (seed) => {
    const server = await everybodyIn(seed)
    for (const client of server.clients) client.isCut()
    await server.clock.run(server.clock.now() + 1_100, () => undefined)
    expect(server.clients.every(isLive)).toBe(true)
    expect(server.arrivals).toHaveLength(CLIENTS)
    expect(peakOf(server.arrivals)).toBeLessThan(boundOf(CLIENTS / 1_000))
  })
})

/** At most those who came before the server was there, spread over their next 3 s. */
const tooEarly = (away: number): number => (CLIENTS * (away / RETURN_WITHIN)) / 3_000
