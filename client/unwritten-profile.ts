import type { Profile } from './core/ports.js'

/** What a server said last of who somebody is here, and whether the device has it. */
export class UnwrittenProfile {
  #profile: Profile | undefined
  /** `lost`: it goes there with what comes next, since by itself it is nothing to keep. */
  #place: 'device' | 'due' | 'lost' = 'device'

  /** By the device's own word. */
  has(profile: Profile): void {
    this.#profile ??= profile
  }

  /** A server's word: it is due. */
  add(profile: Profile): void {
    this.#profile = profile
    this.#place = 'due'
  }

  /** The device was emptied. */
  lost(): void {
    if (this.#profile !== undefined && this.#place === 'device') this.#place = 'lost'
  }

  /** Something else is on the device. */
  follow(): void {
    if (this.#place === 'lost') this.#place = 'due'
  }

  /** What is due, for a write that begins. */
  take(): Profile | undefined {
    if (this.#place !== 'due') return undefined
    this.#place = 'device'
    return this.#profile
  }

  /** The write came to nothing. */
  failed(): void {
    this.#place = 'due'
  }
}
