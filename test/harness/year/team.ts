/** A team at work: who loads the page how often, and writes how much of it a day. */
import type { UserId } from 'kith-shared'
import type { EpochBounds } from '../../../server/core/epoch-trigger.js'
import { type Desk, serverDesk } from './desk.js'
import { Hands } from './hands.js'
import { type EpochWatch, Office } from './office.js'

export interface TeamSize {
  people: number
  /** Of each person a day. */
  loads: number
  edits: number
  contacts: number
}

/** Edits that one person makes before the others' turn. */
const AT_ONCE = 6
/** Of a day, in milliseconds. */
const HOURS = 8 * 3_600_000

export class Team {
  readonly office: Office
  readonly hands: Hands
  readonly #size: TeamSize
  readonly #random: () => number
  #lastSession = 0

  constructor(
    size: TeamSize,
    random: () => number,
    bounds: EpochBounds,
    onEnd: EpochWatch['ends'],
    desk: Desk = serverDesk,
  ) {
    this.#size = size
    this.#random = random
    this.hands = new Hands(random)
    const began = (opening: Uint8Array) => this.hands.read(opening)
    this.office = new Office(bounds, random, { ends: onEnd, began }, desk)
  }

  /** Imports the contacts. */
  async start(): Promise<void> {
    const { office } = this
    await office.open()
    const client = this.#newId()
    office.join(++this.#lastSession, 'user-0' as UserId, client)
    await office.settle()
    for (let n = 0; n < this.#size.contacts; n++) {
      office.send(this.#lastSession, this.hands.contact(client))
      if (n % 50 === 0) await office.settle()
    }
    await office.settle()
    office.leave(this.#lastSession)
    await office.settle()
  }

  /** `onLoad` is called when everybody's n-th page of the day has done its share. */
  async day(onLoad: (n: number) => Promise<void> = async () => undefined): Promise<void> {
    await this.office.open()
    for (let n = 1; n <= this.#size.loads; n++) {
      await this.#session()
      await onLoad(n)
    }
  }

  /** All load the page, write their share in turns, and leave. */
  async #session(): Promise<void> {
    const { office } = this
    const pages: { session: number; client: number }[] = []
    for (let person = 0; person < this.#size.people; person++) {
      const page = { session: ++this.#lastSession, client: this.#newId() }
      office.join(page.session, `user-${person}` as UserId, page.client)
      pages.push(page)
    }
    await office.settle()
    const share = Math.round(this.#size.edits / this.#size.loads)
    const { epochs } = office
    // An epoch that begins meanwhile ends all sessions: they come back with the next load.
    for (let written = 0; written < share && epochs === office.epochs; written += AT_ONCE) {
      // Nobody builds on what is not committed: they have not seen it.
      for (const { session, client } of pages) {
        for (let n = 0; n < AT_ONCE; n++) office.send(session, this.hands.edit(client))
        await office.settle()
      }
      await office.pass((HOURS / this.#size.loads) * (AT_ONCE / share))
    }
    for (const { session } of pages) office.leave(session)
    await office.settle()
  }

  #newId(): number {
    return Math.floor(this.#random() * 2 ** 32)
  }
}
