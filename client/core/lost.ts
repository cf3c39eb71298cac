import type { ClientId } from 'kith-shared'
import { type ClockRange, partsOf } from './update-parts.js'

/**
 * Clocks that never reach the server: those of refused edits, and of what was built on them. The
 * server knows nothing beyond them of their client id, so whatever names one of them, or follows
 * it, is a gap for good.
 */
export class Lost {
  /** From this clock on, of each client id. */
  readonly #from = new Map<ClientId, number>()

  /** An edit that is refused. One that only deletes takes nothing with it. */
  add(update: Uint8Array): void {
    for (const { client, start } of partsOf(update)?.structs ?? []) {
      this.#from.set(client, Math.min(start, this.#from.get(client) ?? start))
    }
  }

  /** Whether an edit builds on what is lost. */
  holds(update: Uint8Array): boolean {
    if (this.#from.size === 0) return false
    const parts = partsOf(update)
    if (parts === undefined) return false
    return [...parts.structs, ...parts.origins, ...parts.deletes].some((range) => this.#has(range))
  }

  /** As `holds`; an edit that does is lost itself from then on. */
  claim(update: Uint8Array): boolean {
    const isLost = this.holds(update)
    if (isLost) this.add(update)
    return isLost
  }

  #has({ client, end }: ClockRange): boolean {
    return end > (this.#from.get(client) ?? Number.POSITIVE_INFINITY)
  }
}
