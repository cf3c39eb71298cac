/** What the server asked for after a gap: all that waits here, once it may be sent. */
import type { UpdateMessage } from './core/outbox.js'
import type { Ledger } from './ledger.js'
import type { LiveDocument } from './live-document.js'

export class GapAnswer {
  readonly #ledger: Ledger
  readonly #live: LiveDocument
  #isAsked = false

  constructor(ledger: Ledger, live: LiveDocument) {
    this.#ledger = ledger
    this.#live = live
  }

  /** Another connection: nobody has asked on it. */
  open(): void {
    this.#isAsked = false
  }

  asked(): void {
    if (this.#ledger.outbox.mayAnswer) this.#isAsked = true
  }

  /** Gives it once; nothing while some of it waits for the device. */
  take(): UpdateMessage | undefined {
    const { outbox, isUnsafe } = this.#ledger
    if (!this.#isAsked || isUnsafe) return undefined
    this.#isAsked = false
    return outbox.mayAnswer ? outbox.answer(this.#ledger.sendable(this.#live.epoch)) : undefined
  }
}
