/** What the people of the simulated world wrote, as they know it themselves: the other side's word. */
import type { UserId } from 'kith-shared'
import type { Token } from './token.js'
import type { Written } from './writing.js'

export interface Entry {
  readonly token: Token
  readonly user: UserId
  readonly device: string
  readonly tab: number
  readonly isStock: boolean
  readonly touches: readonly string[]
  /** The field that it wrote: its value is gone where the same device wrote it again. */
  readonly key: string | undefined
  /** The device's storage has held it. */
  isKept: boolean
  /** When the acknowledgement that covers it reached its own tab. */
  acknowledgedAt: number | undefined
  /** Its tab, or its stock client's page, was gone before anybody held it for sure. */
  mayBeLost: boolean
}

export class Book {
  readonly #entries = new Map<Token, Entry>()
  /** Whose a Yjs client id is. */
  readonly #writers = new Map<number, { user: UserId; device: string }>()
  /** Tokens that somebody took away again. */
  readonly deleted = new Set<Token>()
  /** No commit holds them. */
  readonly open = new Set<Entry>()
  /** By device. */
  readonly #written = new Map<string, Set<Entry>>()
  readonly #untold = new Map<string, Set<string>>()
  readonly #writes = new Map<string, number>()
  #last = 0

  get entries(): IterableIterator<Entry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }

  newToken(): Token {
    return ++this.#last
  }

  /** Undefined where it has no token to be told by. */
  note(
    token: Token,
    { touches, hasToken, deletes, key }: Written,
    by: { user: UserId; device: string; tab: number; isStock: boolean },
  ): Entry | undefined {
    for (const deleted of deletes) this.deleted.add(deleted)
    if (key !== undefined) {
      this.#writes.set(key, this.writesOf(key) + 1)
    }
    const untold = this.untoldOn(by.device)
    if (!hasToken) for (const touch of touches) untold.add(touch)
    if (!hasToken) return undefined
    const fate = { isKept: false, acknowledgedAt: undefined, mayBeLost: false }
    const entry: Entry = { token, ...by, touches, key, ...fate }
    this.#entries.set(token, entry)
    this.open.add(entry)
    this.writtenOn(by.device).add(entry)
    return entry
  }

  /** How often a field was written, by anybody. */
  writesOf(key: string): number {
    return this.#writes.get(key) ?? 0
  }

  /** What was touched there without a token, as far as anything there may wait. */
  untoldOn(device: string): Set<string> {
    const untold = this.#untold.get(device) ?? new Set()
    this.#untold.set(device, untold)
    return untold
  }

  writtenOn(device: string): Set<Entry> {
    const written = this.#written.get(device) ?? new Set()
    this.#written.set(device, written)
    return written
  }

  entryOf(token: Token): Entry | undefined {
    return this.#entries.get(token)
  }

  /** Each client id has one device; a second one is what nobody may ever see. */
  register(clientId: number, writer: { user: UserId; device: string }): void {
    this.#writers.set(clientId, writer)
  }

  writerOf(clientId: number): { user: UserId; device: string } | undefined {
    return this.#writers.get(clientId)
  }
}
