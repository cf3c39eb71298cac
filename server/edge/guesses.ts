/**
 * Whoever is refused and names one workspace after another, or comes from one address of their
 * network after another, would write a row of the audit and a line of the log with each request.
 */
import type { AuditEntry } from '../core/audit.js'
import { addressGroup } from './trusted-proxy.js'

/** So many different ones of one network, user and reason stand for themselves, in this time (ms). */
const APART = 20
const WITHIN = 60_000
/** Those that are remembered: past this the one that began longest ago is forgotten. */
const CAPACITY = 10_000

interface Guesser {
  since: number
  address: string
  seen: Set<string>
}

export class Guesses {
  readonly #guessers = new Map<string, Guesser>()

  /** The entry itself; past so many of them one that stands for all the rest. */
  together(entry: AuditEntry, now: number): AuditEntry {
    if (entry.event !== 'login-refused') return entry
    const { workspaceId, userId, address, reason } = entry
    const guesser = this.#of(JSON.stringify([addressGroup(address), userId, reason]), address, now)
    const guess = `${workspaceId ?? ''} ${address}`
    if (guesser.seen.has(guess)) return entry
    if (guesser.seen.size >= APART) {
      return { ...entry, workspaceId: undefined, address: guesser.address }
    }
    guesser.seen.add(guess)
    return entry
  }

  #of(key: string, address: string, now: number): Guesser {
    const known = this.#guessers.get(key)
    if (known && now - known.since < WITHIN) return known
    const guesser = { since: now, address, seen: new Set<string>() }
    // Deleted first, so that who began longest ago stands first.
    this.#guessers.delete(key)
    this.#guessers.set(key, guesser)
    const [oldest] = this.#guessers.size > CAPACITY ? this.#guessers.keys() : []
    if (oldest !== undefined) this.#guessers.delete(oldest)
    return guesser
  }
}
