/** Rooms of writers who each make so many edits a second: what people at work are to a server. */
import { percentile } from '../percentile.js'
import type { Target } from '../target.js'
import { beginBeat } from './beat.js'
import { Client, closeAll, joinAll } from './client.js'
import { Edits } from './edits.js'
import { pause, until } from './until.js'
import { beginUsage, type Usage } from './usage.js'
import { Sent, watchUpdate } from './watch.js'

export interface PacedParams {
  rooms: string[]
  /** In each room; all of them see each other's edits. */
  writers: number
  /** Edits a second of each. */
  perSecond: number
  warmUp: number
  firstClientId: number
}

export interface PacedResult {
  usage: Usage
  edits: number
  seen: { p50: number; p99: number; worst: number }
  acked: { p50: number; p99: number }
}

interface Writer {
  client: Client
  edits: Edits
  sent: Sent
  acked: number
}

/** More than are under way at once, even where a server stands still for a while. */
const REMEMBERED = 4_096

/** Milliseconds that the last edit may take to be seen. */
const SETTLE_TIME = 120_000

class Paced {
  readonly #writers = new Map<number, Writer>()
  readonly #seen: number[] = []
  readonly #acked: number[] = []
  readonly #readers: number
  #edits = 0
  /** When measuring began: what was sent before does not count. */
  #since = Number.POSITIVE_INFINITY

  constructor(target: Target, { rooms, writers, firstClientId }: PacedParams) {
    this.#readers = writers - 1
    for (let n = 0; n < rooms.length * writers; n++) {
      const clientId = firstClientId + n
      const person = { room: rooms[n % rooms.length] ?? '', user: n, clientId }
      const client = new Client(target, person, {
        reads: true,
        update: (update) => this.#see(update, clientId),
        acked: (count) => this.#ack(clientId, count),
      })
      const edits = new Edits(clientId)
      this.#writers.set(clientId, { client, edits, sent: new Sent(REMEMBERED), acked: 0 })
    }
  }

  get clients(): Client[] {
    return [...this.#writers.values()].map(({ client }) => client)
  }

  begin(perSecond: number): () => void {
    const writers = [...this.#writers.values()]
    return beginBeat(writers.length, perSecond, (n) => {
      const writer = writers[n]
      if (writer === undefined) return
      const { client, sent, edits } = writer
      const now = performance.now()
      if (now >= this.#since) this.#edits++
      sent.send(now)
      client.sendPayload(client.talk.update(edits.take()))
    })
  }

  #see(update: Uint8Array, observer: number): void {
    const now = performance.now()
    watchUpdate(update, (clientId, from, to) => {
      if (clientId === observer) return
      const sent = this.#writers.get(clientId)?.sent
      for (let clock = from; clock < to; clock++) {
        const at = sent?.at(clock)
        if (at !== undefined && at >= this.#since) this.#seen.push(now - at)
      }
    })
  }

  #ack(clientId: number, count: number): void {
    const writer = this.#writers.get(clientId)
    if (writer === undefined) return
    const now = performance.now()
    for (; writer.acked < count; writer.acked++) {
      const at = writer.sent.at(writer.acked)
      if (at !== undefined && at >= this.#since) this.#acked.push(now - at)
    }
  }

  /** From now on. */
  measure(): void {
    this.#since = performance.now()
  }

  /** Until everybody has seen what was sent: what is late counts too. */
  settle(): Promise<void> {
    const isSeen = () => this.#seen.length >= this.#edits * this.#readers
    return until('edits to be seen', isSeen, SETTLE_TIME)
  }

  result(usage: Usage): PacedResult {
    const seen = this.#seen
    return {
      usage,
      edits: this.#edits,
      seen: { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99), worst: percentile(seen, 1) },
      acked: { p50: percentile(this.#acked, 0.5), p99: percentile(this.#acked, 0.99) },
    }
  }
}

let endCurrent: (() => Promise<PacedResult>) | undefined

/** Resolves when it is measured, which `endPaced` ends. */
export const beginPaced = async (target: Target, params: PacedParams): Promise<void> => {
  const world = new Paced(target, params)
  await joinAll(world.clients)
  const stop = world.begin(params.perSecond)
  await pause(params.warmUp)
  const usage = beginUsage(target)
  world.measure()
  endCurrent = async () => {
    stop()
    // What a server is behind with is its work too.
    await world.settle()
    const spent = usage()
    await closeAll(world.clients)
    return world.result(spent)
  }
}

export const endPaced = async (_target: Target, _none: undefined): Promise<PacedResult> => {
  const end = endCurrent
  endCurrent = undefined
  if (end === undefined) throw new Error('nobody is at work')
  return end()
}
