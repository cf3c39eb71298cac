/** Who writes in a workspace, and who comes to look. */

import { MemoryTabs } from '../../client/testing/memory-tabs.js'
import { pick, type Random } from '../harness/team.js'
import { waitFor } from '../harness/wait-for.js'
import type { Lane } from './lane.js'
import type { Ledger } from './ledger.js'
import { type Person, type PersonParts, wordOf, wordsOf } from './person.js'
import { TabPerson } from './tab-person.js'
import { WirePerson } from './wire-person.js'

/** Words of one person under way at most: more says no more. */
const MAX_UNSAVED = 6
/**
 * Milliseconds between two words of the workspace, while people write. Two servers that write at
 * once each read what the other wrote before every commit.
 */
const PACE = { alone: 4, together: 10 }
const PATIENCE = 30_000

const USERS = ['ana', 'bo', 'cy', 'visitor']

export interface PeopleParts {
  readonly lane: Lane
  readonly workspaceId: string
  readonly ledger: Ledger
  readonly random: Random
  /** Servers that don't hear of each other's commits at once may ask for what they lack. */
  readonly mayMeetGaps: boolean
  /** The workspace may begin another epoch. */
  readonly mayRenew: boolean
  route(): string
}

export class People {
  /** Those who write. */
  team: readonly Person[] = []
  /** Letters that each word carries along. */
  ballast = 0
  readonly #parts: PeopleParts
  readonly #visitors = new Set<Person>()
  readonly #numbers = new Map<string, number>()
  readonly #tokens = new Map<string, string>()
  #pump: NodeJS.Timeout | undefined

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  /** Makes the workspace for them; nobody connects yet. */
  async open(): Promise<void> {
    const { lane, workspaceId, mayRenew } = this.#parts
    await lane.createWorkspace(workspaceId, USERS)
    for (const user of USERS) this.#tokens.set(user, await lane.token(user))
    const tabsOf = (user: string, count: number): Person[] => {
      const browser = new MemoryTabs()
      const names = Array.from({ length: count }, (_, tab) => `${user}_${tab}`)
      return names.map((name) => new TabPerson(this.#partsOf(user, name), browser))
    }
    const bare = ['bo_0', 'cy_0', 'cy_1'].map((name) => {
      return new WirePerson(this.#partsOf(name.slice(0, 2), name))
    })
    // Whoever speaks the bare wire does not know how to move to another epoch.
    const others = mayRenew ? [...tabsOf('bo', 1), ...tabsOf('cy', 2)] : bare
    this.team = [...tabsOf('ana', 2), ...others]
  }

  #partsOf(userId: string, name: string): PersonParts {
    const { workspaceId, ledger, mayMeetGaps, mayRenew, route } = this.#parts
    const token = this.#tokens.get(userId) ?? ''
    return { name, userId, workspaceId, token, ledger, mayMeetGaps, mayRenew, route }
  }

  start(): void {
    for (const person of this.team) person.start()
  }

  hurry(): void {
    for (const person of this.team) person.hurry()
  }

  /** Half of the people come anew, to any server. */
  scatter(): void {
    for (const person of this.team) if (this.#parts.random() < 0.5) person.cut()
  }

  /** Everybody has as much under way as they may. */
  async untilWaiting(): Promise<void> {
    const areWaiting = () => this.team.every(({ unsaved }) => unsaved >= MAX_UNSAVED)
    await waitFor(areWaiting, { timeout: PATIENCE, message: 'everybody to wait' })
  }

  startWriting(): void {
    const pace = this.#parts.mayMeetGaps ? PACE.together : PACE.alone
    this.#pump ??= setInterval(() => this.#writeOne(), pace)
  }

  stopWriting(): void {
    clearInterval(this.#pump)
    this.#pump = undefined
  }

  #writeOne(): void {
    const person = pick(this.#parts.random, this.team)
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
    const { ledger } = this.#parts
    const { life } = ledger
    const visitor: WirePerson = new WirePerson(this.#partsOf('visitor', `visitor_${life}`), () => {
      ledger.compareWords(wordsOf(visitor.doc).map, life)
      this.#visitors.delete(visitor)
      void visitor.close()
    })
    this.#visitors.add(visitor)
    visitor.start()
  }

  /** The same, and waits for them. */
  async read(): Promise<Person> {
    const { ledger } = this.#parts
    const { life } = ledger
    const reader: WirePerson = new WirePerson(this.#partsOf('visitor', 'reader'), () => {
      ledger.compareWords(wordsOf(reader.doc).map, life)
    })
    this.#visitors.add(reader)
    reader.start()
    await waitFor(() => reader.isLive, { timeout: PATIENCE, message: 'a reader' })
    return reader
  }

  async close(): Promise<void> {
    this.stopWriting()
    for (const person of [...this.team, ...this.#visitors]) await person.close()
  }
}
