/**
 * One room, some writers as fast as they can: each has so many edits under way, and sends the next
 * when the observer that joined last has seen one. So every server has the same load, whether it
 * acknowledges or not.
 */
import { percentile } from '../percentile.js'
import type { Target } from '../target.js'
import { Client, closeAll, joinAll } from './client.js'
import { Edits } from './edits.js'
import { pause, until } from './until.js'
import { beginUsage, type Usage } from './usage.js'
import { Sent, watchUpdate } from './watch.js'

export interface SaturateParams {
  room: string
  clients: number
  writers: number
  outstanding: number
  /** Milliseconds before, and while, it is measured. */
  warmUp: number
  measure: number
  /** First client id; each client has one of the following. */
  firstClientId: number
}

export interface SaturateResult {
  usage: Usage
  /** Edits × the clients that saw them, their authors left out. */
  deliveries: number
  /** Milliseconds from sending to seeing, on the observers; and to the ack, NaN without acks. */
  seen: { p50: number; p99: number }
  acked: { p50: number; p99: number }
}

/** Edits at least before it is measured: what a server compiles by then is not the load's. */
const WARM_UP_EDITS = 5_000

/** So many clients decode what they get; the others count it. */
const OBSERVERS = 5

interface Writer {
  client: Client
  edits: Edits
  sent: Sent
  acked: number
}

class Saturation {
  readonly #params: SaturateParams
  readonly #writers = new Map<number, Writer>()
  readonly clients: Client[]
  #isSending = false
  #isMeasuring = false
  #now = 0
  #seen: number[] = []
  #acked: number[] = []
  #edits = 0

  constructor(target: Target, params: SaturateParams) {
    this.#params = params
    this.clients = Array.from({ length: params.clients }, (_, n) => this.#makeClient(target, n))
  }

  #makeClient(target: Target, n: number): Client {
    const { room, clients, writers, firstClientId, outstanding } = this.#params
    const person = { room, user: n, clientId: firstClientId + n }
    const isLast = n === clients - 1
    const listener = clients - 1 - n
    const reads = n >= writers && listener % Math.ceil((clients - writers) / OBSERVERS) === 0
    const client = new Client(target, person, {
      reads,
      update: (update) => this.#see(update, isLast),
      acked: (count) => this.#ack(person.clientId, count),
    })
    if (n < writers) {
      const edits = new Edits(person.clientId)
      this.#writers.set(person.clientId, { client, edits, sent: new Sent(outstanding), acked: 0 })
    }
    return client
  }

  #see(update: Uint8Array, isLast: boolean): void {
    this.#now = performance.now()
    watchUpdate(update, (clientId, from, to) => {
      const writer = this.#writers.get(clientId)
      if (writer === undefined) return
      for (let clock = from; clock < to; clock++) this.#saw(writer.sent, clock)
      if (!isLast) return
      if (this.#isMeasuring) this.#edits += to - writer.sent.settled
      writer.sent.settled = to
      if (this.#isSending) this.#sendMore(writer)
    })
  }

  #saw(sent: Sent, clock: number): void {
    const at = sent.at(clock)
    if (this.#isMeasuring && at !== undefined) this.#seen.push(this.#now - at)
  }

  #ack(clientId: number, count: number): void {
    const writer = this.#writers.get(clientId)
    if (writer === undefined) return
    const now = performance.now()
    for (; writer.acked < count; writer.acked++) {
      const at = writer.sent.at(writer.acked)
      if (this.#isMeasuring && at !== undefined) this.#acked.push(now - at)
    }
  }

  /** Each edit by itself, as an editor sends it. */
  #sendMore({ client, edits, sent }: Writer): void {
    while (sent.count - sent.settled < this.#params.outstanding) {
      sent.send(performance.now())
      client.sendPayload(client.talk.update(edits.take()))
    }
  }

  start(): void {
    this.#isSending = true
    for (const writer of this.#writers.values()) this.#sendMore(writer)
  }

  get settled(): number {
    return [...this.#writers.values()].reduce((sum, { sent }) => sum + sent.settled, 0)
  }

  measure(): void {
    this.#isMeasuring = true
  }

  result(usage: Usage): SaturateResult {
    this.#isMeasuring = false
    const of = (values: number[]) => ({
      p50: percentile(values, 0.5),
      p99: percentile(values, 0.99),
    })
    const deliveries = this.#edits * (this.#params.clients - 1)
    return { usage, deliveries, seen: of(this.#seen), acked: of(this.#acked) }
  }

  /** Until everybody has what was sent: nothing that was measured was lost. */
  async stop(): Promise<void> {
    this.#isSending = false
    const writers = [...this.#writers.values()]
    await until('the last edits', () => writers.every(({ sent }) => sent.settled === sent.count))
    const listeners = this.clients.slice(this.#params.writers)
    const held = () => listeners.map(({ talk }) => talk.received)
    await until('what everybody should have', () => new Set(held()).size === 1)
  }
}

export const saturate = async (target: Target, params: SaturateParams): Promise<SaturateResult> => {
  const saturation = new Saturation(target, params)
  await joinAll(saturation.clients)
  saturation.start()
  await pause(params.warmUp)
  await until('the warm-up', () => saturation.settled >= WARM_UP_EDITS)
  const usage = beginUsage(target)
  saturation.measure()
  await pause(params.measure)
  const result = saturation.result(usage())
  await saturation.stop()
  await closeAll(saturation.clients)
  return result
}
