/** A workspace in a lane: people who write, and servers that come and go under them. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '../harness/server-process.js'
import { pick, type Random } from '../harness/team.js'
import { waitFor } from '../harness/wait-for.js'
import { BrowserTabs } from './browser-tabs.js'
import { type Lane, newWorkspaceId, type StartOptions } from './lane.js'
import { Ledger } from './ledger.js'
import type { PostgresProcesses } from './mortal-postgres.js'
import { type Person, type PersonParts, wordOf, wordsOf } from './person.js'
import { TabPerson } from './tab-person.js'
import { WirePerson } from './wire-person.js'

/** Words of one person under way at most: more says no more. */
const MAX_UNSAVED = 6
/** Milliseconds between two words of the workspace, while people write. */
const PACE = 4
const PATIENCE = 20_000

const USERS = ['ana', 'bo', 'cy', 'visitor']

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
  readonly workspaceId: string
  readonly ledger = new Ledger()
  readonly history: string[] = []
  readonly random: Random
  readonly tally: Tally
  people: Person[] = []
  /** By port. A server that is being started is not in it. */
  readonly #servers = new Map<number, Living>()
  /** Which of them is to be struck. */
  #port: number
  readonly #kind: Kind
  readonly #visitors = new Set<Person>()
  #afterwards: (() => Promise<void>)[] = []
  #numbers = new Map<string, number>()
  #pump: NodeJS.Timeout | undefined
  #tokens = new Map<string, string>()
  ballast = 0

  constructor(lane: Lane, seed: bigint, random: Random, tally: Tally, kind: Kind) {
    this.lane = lane
    this.random = random
    this.tally = tally
    this.workspaceId = newWorkspaceId(seed)
    this.#port = lane.ports[0]
    this.#kind = kind
  }

  /** The one that is to be struck. */
  get server(): Living | undefined {
    return this.#servers.get(this.#port)
  }

  async open(): Promise<void> {
    await this.lane.createWorkspace(this.workspaceId, USERS)
    for (const user of USERS) this.#tokens.set(user, await this.lane.token(user))
    const tabsOf = (user: string, count: number): Person[] => {
      const browser = new BrowserTabs()
      const names = Array.from({ length: count }, (_, tab) => `${user}_${tab}`)
      return names.map((name) => new TabPerson(this.#partsOf(user, name), browser))
    }
    const bare = ['bo_0', 'cy_0', 'cy_1'].map((name) => {
      return new WirePerson(this.#partsOf(name.slice(0, 2), name))
    })
    // Whoever speaks the bare wire does not know how to move to another epoch.
    const others = this.#kind === 'epochs' ? [...tabsOf('bo', 1), ...tabsOf('cy', 2)] : bare
    this.people = [...tabsOf('ana', 2), ...others]
  }

  #partsOf(userId: string, name: string): PersonParts {
    return {
      name,
      userId,
      workspaceId: this.workspaceId,
      token: this.#tokens.get(userId) ?? '',
      ledger: this.ledger,
      mayMeetGaps: this.#kind === 'pair',
      mayRenew: this.#kind === 'epochs',
      route: () => `ws://127.0.0.1:${this.#openPort()}`,
    }
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
    for (const person of this.people) person.hurry()
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

  /** Half of the people come anew, to any server. */
  scatter(): void {
    for (const person of this.people) if (this.random() < 0.5) person.cut()
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
    const count = async () =>
      (await this.lane.query('select from snapshots where workspace_id = $1', [this.workspaceId]))
        .length
    await waitFor(async () => this.server !== server || (await count()) >= wanted, {
      timeout: PATIENCE,
      message: `${wanted} snapshots`,
    })
  }

  /** Removes what is older than now, as far as nobody needs it; in small steps, until it is cut. */
  async prune(): Promise<void> {
    const { lane, workspaceId } = this
    const query = <Row extends object>(text: string) => lane.query<Row>(text, [workspaceId])
    try {
      await query('update snapshots set found_good_at = now() where workspace_id = $1')
      let removed = 1
      while (removed > 0) {
        const [row] = await query<{ removed: number }>(
          "select prune_history($1, interval '0', 40) as removed",
        )
        removed = row?.removed ?? 0
      }
    } catch {
      // Its connection was ended where it was held.
    }
  }

  /** Client ids of people who are long gone, more than an epoch holds. */
  async crowd(): Promise<void> {
    await this.lane.query(
      `insert into client_ids (workspace_id, client_id, user_id, first_epoch, epoch, bound_at)
         select id, 4000000000 + $2 * 100000 + n, 'crowd-' || $2::text, epoch, epoch, now()
         from workspaces, generate_series(1, 20100) as n where id = $1`,
      [this.workspaceId, this.ledger.life],
    )
  }

  /** Everybody has as much under way as they may. */
  async untilWaiting(): Promise<void> {
    const areWaiting = () => this.people.every(({ unsaved }) => unsaved >= MAX_UNSAVED)
    await waitFor(areWaiting, { timeout: PATIENCE, message: 'everybody to wait' })
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

  startWriting(): void {
    this.#pump ??= setInterval(() => this.#writeOne(), PACE)
  }

  stopWriting(): void {
    clearInterval(this.#pump)
    this.#pump = undefined
  }

  #writeOne(): void {
    const person = pick(this.random, this.people)
    if (person.unsaved >= MAX_UNSAVED) return
    const number = this.#numbers.get(person.name) ?? 0
    this.#numbers.set(person.name, number + 1)
    person.write(wordOf(person.name, number), this.ballast)
  }

  /**
   * Somebody who comes with nothing: what they have, once they are live, is what is there. Who is
   * not let in before the server dies looks in another life.
   */
  visit(): void {
    const life = this.ledger.life
    const visitor: WirePerson = new WirePerson(this.#partsOf('visitor', `visitor_${life}`), () => {
      this.ledger.compareWords(wordsOf(visitor.doc).map, life)
      this.#visitors.delete(visitor)
      void visitor.close()
    })
    this.#visitors.add(visitor)
    visitor.start()
  }

  /** The same, and waits for them. */
  async read(): Promise<Person> {
    const life = this.ledger.life
    const reader: WirePerson = new WirePerson(this.#partsOf('visitor', 'reader'), () => {
      this.ledger.compareWords(wordsOf(reader.doc).map, life)
    })
    this.#visitors.add(reader)
    reader.start()
    await waitFor(() => reader.isLive, { message: 'a reader' })
    return reader
  }

  async compareJournal(): Promise<void> {
    const { told } = this.ledger
    const rows = await this.lane.query<{ head: string; seq: string | null; checksum: string }>(
      `select w.head, j.seq, j.checksum from workspaces w
         left join journal j on j.workspace_id = w.id and j.seq >= $2
       where w.id = $1 order by j.seq`,
      [this.workspaceId, this.ledger.comparedThrough],
    )
    const stored = rows.flatMap(({ seq, checksum }) =>
      seq === null ? [] : [{ seq: Number(seq), checksum: Number(checksum) }],
    )
    this.ledger.compareJournal(Number(rows[0]?.head ?? 0), stored, told)
  }

  async close(): Promise<void> {
    this.stopWriting()
    await this.doAfterwards().catch(() => undefined)
    for (const person of [...this.people, ...this.#visitors]) await person.close()
    for (const { process } of this.#servers.values()) await process.kill('SIGKILL')
  }
}
