/** A workspace in a lane: people who write, and servers that come and go under them. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '../harness/server-process.js'
import { pick, type Random } from '../harness/team.js'
import { waitFor } from '../harness/wait-for.js'
import { type Lane, newWorkspaceId, type StartOptions } from './lane.js'
import { Ledger } from './ledger.js'
import type { PostgresProcesses } from './mortal-postgres.js'
import { People } from './people.js'
import { Stored } from './stored.js'

const PATIENCE = 30_000

/** What a story is about. */
export type Kind = 'alone' | 'pair' | 'postgres' | 'embedded' | 'disk' | 'epochs'

export interface Living {
  readonly process: ServerProcess
  /** SIGTERM. */
  tellToEnd(): void
}

export interface Tally {
  kills: number
  cuts: number
  readonly hits: Map<string, number>
  readonly misses: Map<string, number>
}

export class Scene {
  readonly lane: Lane
  readonly ledger = new Ledger()
  readonly history: string[] = []
  readonly random: Random
  readonly tally: Tally
  readonly people: People
  readonly stored: Stored
  /** By port. A server that is being started is not in it. */
  readonly #servers = new Map<number, Living>()
  /** Which of them is to be struck. */
  #port: number
  #afterwards: (() => Promise<void>)[] = []

  constructor(lane: Lane, seed: bigint, random: Random, tally: Tally, kind: Kind) {
    this.lane = lane
    this.random = random
    this.tally = tally
    this.#port = lane.ports[0]
    const workspaceId = newWorkspaceId(seed)
    this.stored = new Stored(lane, workspaceId)
    this.people = new People({
      lane,
      workspaceId,
      ledger: this.ledger,
      random,
      mayMeetGaps: kind === 'pair',
      mayRenew: kind === 'epochs',
      route: () => `ws://127.0.0.1:${this.#openPort()}`,
    })
  }

  /** The one that is to be struck. */
  get server(): Living | undefined {
    return this.#servers.get(this.#port)
  }

  /** More go to the one that is to be struck; where none is open, to where one will be. */
  #openPort(): number {
    const [open] = this.#servers.keys()
    if (open === undefined || (this.#servers.has(this.#port) && this.random() < 0.7))
      return this.#port
    return pick(this.random, [...this.#servers.keys()])
  }

  /** False where it was killed before it was ready. */
  async start(port: number, options: StartOptions): Promise<boolean> {
    this.#port = port
    const process = await this.lane.start(port, options).catch((error: unknown) => {
      if (/ended with code null/.test(String(error))) return undefined
      throw error
    })
    if (process === undefined) return false
    const living = { process, tellToEnd: () => void process.kill('SIGTERM') }
    this.#servers.set(port, living)
    void process.ended.then((code) => {
      if (this.#servers.get(port) === living) this.#servers.delete(port)
      if (code !== null && code !== 0) this.ledger.violation(`a server ended with code ${code}`)
    })
    this.people.hurry()
    return true
  }

  /** A server is there that may be struck in this way: where one lives it is killed for that. */
  async replace(port: number, options: StartOptions): Promise<void> {
    this.#port = port
    const { killAt, behindGate } = options
    const isAny = killAt === undefined && !behindGate
    if (isAny && this.#servers.has(port)) return
    await this.stop(port)
    await this.start(port, options)
  }

  /** SIGKILL, uncounted. Safe where it is dead. */
  async stop(port: number): Promise<void> {
    const living = this.#servers.get(port)
    this.#servers.delete(port)
    await living?.process.kill('SIGKILL')
  }

  /** SIGKILL of the one that is to be struck. Safe where it is dead. */
  async kill(): Promise<void> {
    const living = this.server
    this.#servers.delete(this.#port)
    await living?.process.kill('SIGKILL')
  }

  async untilDead(timeout: number): Promise<'hit' | 'missed'> {
    const living = this.server
    if (living === undefined) return 'hit'
    const code = await Promise.race([living.process.ended, pause(timeout, 'late', { ref: false })])
    if (code === null) return 'hit'
    await this.kill()
    return 'missed'
  }

  /** So many words more were saved, or the server has ended. */
  async untilSaved(words: number): Promise<void> {
    const goal = this.ledger.counts.saved + words
    const { server } = this
    await waitFor(() => this.ledger.counts.saved >= goal || this.server !== server, {
      timeout: PATIENCE,
      message: () => `${words} more words to be saved`,
    })
  }

  /** So many are written, or the server has ended. */
  async untilSnapshots(wanted: number): Promise<void> {
    const { server } = this
    const areThere = async () =>
      this.server !== server || (await this.stored.countSnapshots()) >= wanted
    await waitFor(areThere, { timeout: PATIENCE, message: `${wanted} snapshots` })
  }

  /** False where it is not so in so many milliseconds. */
  untilSo(isSo: () => boolean, timeout: number): Promise<boolean> {
    return waitFor(isSo, { timeout }).catch(() => false)
  }

  /** Undefined where the server does not commit so often in so many milliseconds. */
  withhold(nth: number, timeout: number): Promise<{ cut(): void } | undefined> {
    const late = pause(timeout, undefined, { ref: false })
    return Promise.race([this.lane.gate.withhold(nth), late])
  }

  countCut(): void {
    this.tally.cuts += 1
  }

  strikePostgres(damage: 'killPostmaster' | 'killAll' | 'killBackend'): void {
    this.postgres[damage]()
    this.tally.kills += 1
  }

  async freezePostgres(work: () => Promise<void>): Promise<void> {
    this.postgres.freeze()
    this.countCut()
    try {
      await work()
    } finally {
      this.postgres.thaw()
    }
  }

  async freezeServer<T>(work: () => Promise<T>): Promise<T> {
    const pid = this.server?.process.pid
    if (pid !== undefined) process.kill(pid, 'SIGSTOP')
    this.countCut()
    try {
      return await work()
    } finally {
      if (pid !== undefined) process.kill(pid, 'SIGCONT')
    }
  }

  get postgres(): PostgresProcesses {
    const { postgres } = this.lane
    if (!postgres) throw new Error('this lane has no PostgreSQL of its own')
    return postgres
  }

  async fillDisk(): Promise<void> {
    const { disk } = this.lane
    if (!disk) throw new Error('this lane has no disk of its own')
    await disk.fill()
    this.countCut()
    // Whatever comes next is told first.
    this.#afterwards.unshift(() => disk.empty())
  }

  async emptyDisk(): Promise<void> {
    await this.lane.disk?.empty()
  }

  /** Another server on the same folder, somewhere else; what it says where it is refused. */
  async startSecond(): Promise<string> {
    const [one, other] = this.lane.ports
    const second = await this.lane
      .start(this.#port === one ? other : one, { killAt: undefined, behindGate: false })
      .catch((error: unknown) => String(error))
    if (typeof second === 'string') return second
    await second.kill('SIGKILL')
    return ''
  }

  /** In the next life, when it has begun to serve. */
  afterwards(act: () => Promise<void>): void {
    this.#afterwards.push(act)
  }

  async doAfterwards(): Promise<void> {
    for (const act of this.#afterwards.splice(0)) await act()
  }

  async close(): Promise<void> {
    this.people.stopWriting()
    await this.doAfterwards().catch(() => undefined)
    await this.people.close()
    for (const { process } of this.#servers.values()) await process.kill('SIGKILL')
  }
}
